"""Google's recommended commerce events, typed.

Source: "Recommended events". `value` is the sum of price times quantity, without tax and shipping,
and needs `currency`; both in major units.
"""

from decimal import Decimal
from typing import ClassVar

import msgspec

from shared.ga4.item import Item


class Commerce(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What every event about a cart or an order can say.

    Attributes:
        name: GA4's name of the event.
    """

    name: ClassVar[str]

    currency: str | None = None
    value: Decimal | None = None
    items: list[Item] = []


class AddToCart(Commerce, frozen=True, kw_only=True):
    """An item was put into the cart."""

    name: ClassVar = "add_to_cart"


class AddToWishlist(Commerce, frozen=True, kw_only=True):
    """An item was put onto a wish list."""

    name: ClassVar = "add_to_wishlist"


class RemoveFromCart(Commerce, frozen=True, kw_only=True):
    """An item was taken out of the cart."""

    name: ClassVar = "remove_from_cart"


class ViewCart(Commerce, frozen=True, kw_only=True):
    """The cart was looked at."""

    name: ClassVar = "view_cart"


class ViewItem(Commerce, frozen=True, kw_only=True):
    """An item was looked at."""

    name: ClassVar = "view_item"


class Checkout(Commerce, frozen=True, kw_only=True):
    """What every step of a checkout can say besides."""

    coupon: str | None = None


class BeginCheckout(Checkout, frozen=True, kw_only=True):
    """A checkout began."""

    name: ClassVar = "begin_checkout"


class AddPaymentInfo(Checkout, frozen=True, kw_only=True):
    """The buyer said how to pay."""

    name: ClassVar = "add_payment_info"

    payment_type: str | None = None


class AddShippingInfo(Checkout, frozen=True, kw_only=True):
    """The buyer said how to ship."""

    name: ClassVar = "add_shipping_info"

    shipping_tier: str | None = None


class Order(Checkout, frozen=True, kw_only=True):
    """What a purchase and its return say besides."""

    transaction_id: str
    tax: Decimal | None = None
    shipping: Decimal | None = None


class Purchase(Order, frozen=True, kw_only=True):
    """An order was paid.

    Attributes:
        customer_type: `new` or `returning`; left out where unsure.
    """

    name: ClassVar = "purchase"

    customer_type: str | None = None


class Refund(Order, frozen=True, kw_only=True):
    """An order, or a part of it, was paid back; `value` is positive."""

    name: ClassVar = "refund"


class ItemList(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What both events about a list of items say.

    Attributes:
        name: GA4's name of the event.
    """

    name: ClassVar[str]

    item_list_id: str | None = None
    item_list_name: str | None = None
    items: list[Item] = []


class SelectItem(ItemList, frozen=True, kw_only=True):
    """An item of a list was chosen; GA4 takes the first of `items` only."""

    name: ClassVar = "select_item"


class ViewItemList(ItemList, frozen=True, kw_only=True):
    """A list of items was looked at."""

    name: ClassVar = "view_item_list"

    currency: str | None = None


class Promotion(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What both promotion events say.

    Attributes:
        name: GA4's name of the event.
    """

    name: ClassVar[str]

    creative_name: str | None = None
    creative_slot: str | None = None
    promotion_id: str | None = None
    promotion_name: str | None = None
    items: list[Item] = []


class SelectPromotion(Promotion, frozen=True, kw_only=True):
    """A promotion was chosen."""

    name: ClassVar = "select_promotion"


class ViewPromotion(Promotion, frozen=True, kw_only=True):
    """A promotion was looked at; GA4 takes the first of `items` only."""

    name: ClassVar = "view_promotion"
