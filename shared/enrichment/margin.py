"""What an order earned, exactly, of the part of it whose costs are known."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

import msgspec

from shared.domain.item import Item
from shared.enrichment.cost import Cost

# Prices and costs have at most 15 digits before and 15 behind the point, quantities 12: sums and
# products of two hundred of them are exact with room to spare.
_EXACT: Final = Context(prec=120)
RATE_PLACES: Final = Decimal("0.0001")


class Margin(msgspec.Struct, frozen=True):
    """What an order earned, in its own currency, major units.

    Attributes:
        revenue: Price times quantity of the items whose cost is known.
        cost: Unit cost times quantity of the same items.
        known: How many of the order's items, by line, have a known cost.
        unknown: How many have none.
        foreign: How many have one in other currencies only.
    """

    revenue: Decimal
    cost: Decimal
    known: int
    unknown: int
    foreign: int

    @property
    def amount(self) -> Decimal:
        """Revenue less cost; negative where the shop paid more than it got."""
        return _EXACT.subtract(self.revenue, self.cost)

    @property
    def rate(self) -> Decimal | None:
        """Margin of revenue, to four places; None of no revenue."""
        if self.revenue == 0:
            return None
        # Of prices that differ by many digits the quotient may need more than a context has.
        quotient = _EXACT.divide(self.amount, self.revenue)
        return quotient.quantize(RATE_PLACES, ROUND_HALF_EVEN, _EXACT)

    @property
    def whole(self) -> bool:
        """Whether it is the margin of every item."""
        return self.unknown == 0 and self.foreign == 0


def margin_of(items: Sequence[Item], costs: Mapping[str, Sequence[Cost]], currency: str) -> Margin:
    """Return what an order earned.

    Nothing is guessed: an item without a known cost counts as unknown, one whose cost is in
    another currency as foreign, and neither is in the sums.

    Args:
        items: What was sold.
        costs: Item id → its unit costs.
        currency: The order's.
    """
    revenue = cost = Decimal(0)
    known = unknown = foreign = 0
    for item in items:
        unit_costs = costs.get(item.item_id or "", ())
        cost_in_currency = next((one for one in unit_costs if one.currency == currency), None)
        if cost_in_currency is not None:
            revenue = _EXACT.fma(item.price, item.quantity, revenue)
            cost = _EXACT.fma(cost_in_currency.unit_cost, item.quantity, cost)
            known += 1
        elif unit_costs:
            foreign += 1
        else:
            unknown += 1
    return Margin(revenue, cost, known, unknown, foreign)
