"""What a simulated shop earned, kept by itself: nothing of `shared` is asked."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from tools.traffic.request import Json

Value = dict[tuple[str, str], Decimal]
"""Event name and currency → the sum of all values."""


@dataclass
class Simulation:
    """A shop's life: what its provider tells of it, and what GA4 must hold afterwards.

    Attributes:
        deliveries: What the provider sends, oldest first, as a report has them.
        values: What GA4 must hold.
    """

    deliveries: list[Json] = field(default_factory=list)
    values: Value = field(default_factory=lambda: defaultdict(Decimal))

    def count(self, event: str, currency: str, value: Decimal) -> None:
        """Count money.

        Args:
            event: `purchase` or `refund`.
            currency: Its currency.
            value: Without tax and shipping, major units.
        """
        if value:
            self.values[event, currency] += value


def share(whole: int, part: int, of: int) -> int:
    """Return what is due of an amount where only a part counts, in whole minor units.

    Args:
        whole: The amount.
        part: What counts.
        of: What it is a part of.
    """
    return round(Fraction(whole * part, of))
