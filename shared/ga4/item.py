"""One item of a commerce event.

Source: "Recommended events", the item parameters.
"""

from decimal import Decimal

import msgspec


class Item(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One product of an order or a list; `item_id` or `item_name` is needed.

    Attributes:
        price: Per unit, after discount, major units.
        discount: Per unit, major units.
        quantity: How many; GA4 takes one where it is absent.
        index: The place in a list.
        creative_name: With `select_promotion` and `view_promotion` only, as the three below.
        custom: Parameters of one's own, by name; they stand beside the others on the wire.
    """

    item_id: str | None = None
    item_name: str | None = None
    affiliation: str | None = None
    coupon: str | None = None
    discount: Decimal | None = None
    index: int | None = None
    item_brand: str | None = None
    item_category: str | None = None
    item_category2: str | None = None
    item_category3: str | None = None
    item_category4: str | None = None
    item_category5: str | None = None
    item_list_id: str | None = None
    item_list_name: str | None = None
    item_variant: str | None = None
    location_id: str | None = None
    price: Decimal | None = None
    quantity: int | Decimal | None = None
    creative_name: str | None = None
    creative_slot: str | None = None
    promotion_id: str | None = None
    promotion_name: str | None = None
    custom: dict[str, str | int | Decimal] = {}
