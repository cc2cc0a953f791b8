"""The shapes of Shopify's objects, as far as money is read from them.

Amounts are decimal strings in major units; those without a `_set` are in the shop's currency.
"""

from datetime import datetime
from typing import Annotated

import msgspec

NOTHING = msgspec.Raw(b"")

Major = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$")]
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Quantity = Annotated[int, msgspec.Meta(ge=0, le=10**6)]
Name = Annotated[str, msgspec.Meta(max_length=255)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ShopMoney(msgspec.Struct, frozen=True):
    """An amount in the shop's currency."""

    amount: Major
    currency_code: str


class MoneySet(msgspec.Struct, frozen=True):
    """An amount in the shop's currency and in the buyer's, which is not read."""

    shop_money: ShopMoney


class TaxLine(msgspec.Struct, frozen=True):
    """One tax on a line."""

    price: Major


class ShippingLine(msgspec.Struct, frozen=True):
    """One way of shipping; only its tax is read."""

    tax_lines: tuple[TaxLine, ...] = ()


class Allocation(msgspec.Struct, frozen=True):
    """A line's part of a discount."""

    amount: Major


class Code(msgspec.Struct, frozen=True):
    """A discount code that the buyer typed in."""

    code: str | None = None


class LineItem(msgspec.Struct, frozen=True):
    """A line of an order."""

    price: Major | None = None
    quantity: Quantity = 1
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


class Order(msgspec.Struct, frozen=True):
    """An order that was paid."""

    id: Id
    total_price: Major
    subtotal_price: Major
    total_tax: Major | None = None
    currency: str | None = None
    taxes_included: bool = False
    financial_status: str | None = None
    processed_at: Moment | None = None
    created_at: Moment | None = None
    total_tip_received: Major | None = None
    original_total_duties_set: MoneySet | None = None
    line_items: tuple[LineItem, ...] | None = None
    shipping_lines: tuple[ShippingLine, ...] | None = None
    discount_codes: tuple[Code, ...] | None = None
    customer: Customer | None = None
    name: Name | None = None
    checkout_token: Name | None = None
    cart_token: Name | None = None
    note_attributes: msgspec.Raw = NOTHING


class RefundTransaction(msgspec.Struct, frozen=True):
    """Money that moved; of a refund `kind` is `refund`."""

    kind: str
    amount: Major
    currency: str | None = None
    status: str | None = None


class RefundLine(msgspec.Struct, frozen=True):
    """What was returned; only sets are read, as the plain amounts are floats."""

    quantity: Quantity = 1
    subtotal_set: MoneySet | None = None
    total_tax_set: MoneySet | None = None
    line_item: LineItem | None = None


class OrderAdjustment(msgspec.Struct, frozen=True):
    """What was paid back beside the lines, negative: shipping, or a difference."""

    kind: str | None = None
    amount: Major = "0"
    tax_amount: Major = "0"


class Refund(msgspec.Struct, frozen=True):
    """A refund."""

    id: Id
    order_id: Id
    processed_at: Moment | None = None
    created_at: Moment | None = None
    transactions: tuple[RefundTransaction, ...] | None = None
    refund_line_items: tuple[RefundLine, ...] | None = None
    order_adjustments: tuple[OrderAdjustment, ...] | None = None
