"""The shape of WooCommerce's orders, as far as money is read from them.

Source: WooCommerce REST API v3, "Order properties". Amounts are decimal texts in major units; a
number is taken too. Times end in `_gmt` and name no zone.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec

from shared.faults import checked_by
from shared.providers.decimals import check_decimal, check_positive

NOTHING: Final = msgspec.Raw(b"")
_IN_WORDS: Final = 'an amount in major units as text, e.g. "12.50"'
Amount = Annotated[Decimal, msgspec.Meta(description=_IN_WORDS, extra=checked_by(check_decimal))]
Positive = Annotated[Decimal, msgspec.Meta(description=_IN_WORDS, extra=checked_by(check_positive))]
Id = (
    Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    | Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,18}$", description="an id")]
)
Name = Annotated[str, msgspec.Meta(max_length=255)]


class LineItem(msgspec.Struct, frozen=True):
    """A line of an order.

    Attributes:
        total: What was paid for all of it: after discounts, without tax.
        subtotal: The same before discounts.
        price: Of one of them; not read, since it is rounded.
    """

    total: Amount
    subtotal: Amount | None = None
    quantity: Decimal | None = None
    name: str | None = None
    # Plugins change what stands here: a number may be a text, and a text a number.
    sku: str | int | None = None
    product_id: int | str | None = None
    variation_id: int | str | None = None


class FeeLine(msgspec.Struct, frozen=True):
    """A fee that was added to an order."""

    total: Amount
    name: str | None = None


class CouponLine(msgspec.Struct, frozen=True):
    """A coupon that was used."""

    code: str | None = None


class Order(msgspec.Struct, frozen=True):
    """An order.

    Attributes:
        total: What is charged, with tax, shipping and fees. A refund does not change it.
        total_tax: All tax in it, that of the shipping too.
        shipping_total: Without its tax.
        date_paid_gmt: When it was paid; nothing while it is not.
        date_paid: The same in the shop's own zone, which is said nowhere. Version 1 of the API has
            only this one.
        date_modified_gmt: When it was changed. `events` reads it, and the shop's API is asked for
            the fields that stand here and for no others.
    """

    id: Id
    status: str
    total: Positive
    currency: str
    total_tax: Positive | None = None
    shipping_total: Positive | None = None
    date_paid_gmt: Any = None
    date_paid: Any = None
    date_modified_gmt: Any = None
    date_created_gmt: Any = None
    customer_id: Any = None
    created_via: Any = None
    line_items: tuple[LineItem, ...] | None = None
    fee_lines: tuple[FeeLine, ...] | None = None
    coupon_lines: tuple[CouponLine, ...] | None = None
    meta_data: msgspec.Raw = NOTHING


class RefundOfOrder(msgspec.Struct, frozen=True):
    """One entry of an order's `refunds`, with what of the order it needs.

    Attributes:
        total: What went back; negative, and its sign is not trusted.
    """

    id: Id
    total: Amount


def moment(text: object) -> datetime | None:
    """Return a time, UTC where it names no zone; None for what is none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
