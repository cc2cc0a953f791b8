"""One product of an order."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

import msgspec

from shared.changed import replace
from shared.domain.param import Param

_PLACES: Final = Decimal("0.000001")


class Item(msgspec.Struct, frozen=True):
    """What was bought, at the price that was paid for it.

    The sum of price times quantity over an order's items is its net value, up to what
    docs/decisions/0011-items.md explains.

    Attributes:
        price: Per unit, after discount, without tax, major units; never negative.
        quantity: How many; whole, or a decimal for what is metered.
        item_id: The shop's or the provider's id; one of id and name is there.
        item_name: What it is called.
        discount: Per unit, major units.
        variant: Which kind of it.
        coupon: The item's own coupon.
        params: Further item parameters for GA4, by name: `item_brand`, `item_category` and the
            like, and those of one's own.
        priced: False where nobody gave the price, as of what is only looked at; it is 0 then, and
            not sent.
        line: The provider's id of the order's line, by which a return names it; never sent.
    """

    price: Decimal
    quantity: Decimal
    item_id: str | None = None
    item_name: str | None = None
    discount: Decimal | None = None
    variant: str | None = None
    coupon: str | None = None
    params: Mapping[str, Param] = {}
    priced: bool = True
    line: str | None = None


def items_share(items: Sequence[Item], share: Fraction) -> tuple[Item, ...]:
    """Return items of which only a part was paid: the prices shrink, the quantities do not.

    Args:
        items: The items of the whole.
        share: The part, from 0 to 1.
    """

    def part(amount: Decimal) -> Decimal:
        return (amount * share.numerator / share.denominator).quantize(_PLACES, ROUND_HALF_EVEN)

    return tuple(
        replace(
            item,
            price=part(item.price),
            discount=None if item.discount is None else part(item.discount),
        )
        for item in items
    )
