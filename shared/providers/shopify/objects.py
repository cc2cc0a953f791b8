"""The shapes of Shopify's objects, as far as money is read from them.

Amounts are decimal strings in major units; those without a `_set` are in the shop's currency.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final

import msgspec

from shared.domain.money import currency_code
from shared.errors import UnusableError
from shared.faults import checked_by

NOTHING = msgspec.Raw(b"")


def amount(text: str | None, path: str) -> Decimal:
    """Return an amount, nothing where there is none.

    Args:
        text: A decimal string.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is negative.
    """
    found = Decimal(text or 0)
    if found < 0:
        raise UnusableError(path, "negative")
    return found


_FORM: Final = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
_IN_WORDS: Final = 'an amount in major units as text, e.g. "12.50"'

Major = Annotated[str, msgspec.Meta(pattern=_FORM, description=_IN_WORDS)]
Positive = Annotated[
    str, msgspec.Meta(pattern=_FORM, description=_IN_WORDS, extra=checked_by(amount))
]
"""An amount that is never negative."""

Currency = Annotated[
    str,
    msgspec.Meta(
        description="an active ISO 4217 currency, e.g. EUR", extra=checked_by(currency_code)
    ),
]
Plain = Major | Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)] | float
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Quantity = Annotated[int, msgspec.Meta(ge=0, le=10**6)]
Name = Annotated[str, msgspec.Meta(max_length=255)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ShopMoney(msgspec.Struct, frozen=True):
    """An amount and its currency."""

    amount: Major
    currency_code: str


class MoneySet(msgspec.Struct, frozen=True):
    """An amount in the shop's currency and in the one that the buyer saw."""

    shop_money: ShopMoney
    presentment_money: ShopMoney | None = None


class TaxLine(msgspec.Struct, frozen=True):
    """One tax on a line."""

    price: Major


class Allocation(msgspec.Struct, frozen=True):
    """A line's part of a discount."""

    amount: Major


class ShippingLine(msgspec.Struct, frozen=True):
    """One way of shipping; with its tax where the shop's prices include tax."""

    price: Major | None = None
    price_set: MoneySet | None = None
    discounted_price: Major | None = None
    tax_lines: tuple[TaxLine, ...] | None = None
    discount_allocations: tuple[Allocation, ...] | None = None


class Code(msgspec.Struct, frozen=True):
    """A discount code that the buyer typed in."""

    code: str | None = None


class LineItem(msgspec.Struct, frozen=True):
    """A line of an order.

    Attributes:
        quantity: How many were ordered.
        current_quantity: How many are left after edits and refunds.
    """

    id: Id | None = None
    price: Major | None = None
    quantity: Quantity = 1
    current_quantity: Quantity | None = None
    gift_card: bool | None = None
    sku: str | None = None
    variant_id: Id | None = None
    product_id: Id | None = None
    title: str | None = None
    variant_title: str | None = None
    discount_allocations: tuple[Allocation, ...] | None = None
    total_discount: Major | None = None
    tax_lines: tuple[TaxLine, ...] | None = None


class Customer(msgspec.Struct, frozen=True):
    """Who bought; only the id is read."""

    id: Id | None = None


class Transaction(msgspec.Struct, frozen=True):
    """Money that moved, or should have: of a payment `kind` is `sale` or `capture`.

    Attributes:
        amount: In the currency it was paid in, which may be the buyer's.
        amount_set: In the shop's currency too.
        gateway: By which way, e.g. `gift_card`.
    """

    kind: str
    amount: Positive
    currency: Currency | None = None
    status: str | None = None
    gateway: str | None = None
    amount_set: MoneySet | None = None


class Order(msgspec.Struct, frozen=True):
    """An order that was paid.

    Attributes:
        total_price_set: The same for the buyer too.
        total_price: As it was placed; `current_total_price` is less what was edited out of it or
            refunded since, and more what was edited in.
        transactions: Webhooks rarely carry them.
    """

    id: Id
    total_price: Positive
    subtotal_price: Positive | None = None
    total_tax: Positive | None = None
    current_total_price: Positive | None = None
    current_subtotal_price: Positive | None = None
    current_total_tax: Positive | None = None
    total_price_set: MoneySet | None = None
    refunds: tuple["Refund", ...] | None = None
    transactions: tuple[Transaction, ...] | None = None
    payment_gateway_names: tuple[str, ...] | None = None
    source_name: str | None = None
    currency: Currency | None = None
    taxes_included: bool = False
    financial_status: str | None = None
    processed_at: Moment | None = None
    created_at: Moment | None = None
    total_tip_received: Positive | None = None
    original_total_duties_set: MoneySet | None = None
    line_items: tuple[LineItem, ...] | None = None
    shipping_lines: tuple[ShippingLine, ...] | None = None
    discount_codes: tuple[Code, ...] | None = None
    customer: Customer | None = None
    name: Name | None = None
    checkout_token: Name | None = None
    cart_token: Name | None = None
    note_attributes: msgspec.Raw = NOTHING


class RefundLine(msgspec.Struct, frozen=True):
    """What was returned. The plain amounts are in the shop's currency, and may be floats."""

    quantity: Quantity = 1
    subtotal: Plain | None = None
    total_tax: Plain | None = None
    subtotal_set: MoneySet | None = None
    total_tax_set: MoneySet | None = None
    line_item_id: Id | None = None
    line_item: LineItem | None = None


class OrderAdjustment(msgspec.Struct, frozen=True):
    """What was paid back beside the lines, negative: shipping; or a difference, of either sign."""

    kind: str | None = None
    amount: Plain | None = None
    tax_amount: Plain | None = None
    amount_set: MoneySet | None = None
    tax_amount_set: MoneySet | None = None


class RefundShippingLine(msgspec.Struct, frozen=True):
    """Shipping that was paid back, positive; newer than the adjustment that says the same."""

    subtotal_amount_set: MoneySet | None = None
    tax_amount_set: MoneySet | None = None


class Refund(msgspec.Struct, frozen=True):
    """A refund."""

    id: Id
    order_id: Id | None = None
    processed_at: Moment | None = None
    created_at: Moment | None = None
    transactions: tuple[Transaction, ...] | None = None
    refund_line_items: tuple[RefundLine, ...] | None = None
    order_adjustments: tuple[OrderAdjustment, ...] | None = None
    refund_shipping_lines: tuple[RefundShippingLine, ...] | None = None
