"""The currencies the shop sells in, one for each kind of minor unit."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True)
class Currency:
    """How Stripe writes amounts of a currency.

    Attributes:
        code: ISO 4217.
        exponent: How many decimals a minor unit stands for.
        step: The smallest difference between two amounts, in minor units.
        unit: An ordinary small price, in minor units.
    """

    code: str
    exponent: int
    step: int
    unit: int

    def major(self, minor: int) -> Decimal:
        """An amount of minor units in major ones."""
        return Decimal(minor).scaleb(-self.exponent)

    def rounded(self, minor: Decimal) -> int:
        """An amount brought to the nearest one that can be charged, in minor units."""
        return int((minor / self.step).to_integral_value()) * self.step


CURRENCIES: Final = (
    Currency("EUR", exponent=2, step=1, unit=490),
    Currency("JPY", exponent=0, step=1, unit=480),
    # Stripe wants the last digit of a three-decimal amount to be zero.
    Currency("KWD", exponent=3, step=10, unit=1_250),
)
