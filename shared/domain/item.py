"""One product of an order."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from shared.domain.param import Param


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
