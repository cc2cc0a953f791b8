"""The shapes of Paddle's objects, as far as money is read from them.

Source: the types of paddle-python-sdk 1.16.1. Amounts are strings of minor units.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from shared.faults import checked_by
from shared.providers.paddle.amounts import currency_of

NOTHING = msgspec.Raw(b"")

Minor = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^-?[0-9]{1,15}$", description='an amount in minor units as text, e.g. "1250"'
    ),
]
Currency = Annotated[
    str,
    msgspec.Meta(
        description="an ISO 4217 currency that Paddle sells in, e.g. EUR",
        extra=checked_by(currency_of),
    ),
]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class Totals(msgspec.Struct, frozen=True):
    """What an order, or a line of it, cost: `total` is `subtotal` less `discount` plus `tax`.

    Attributes:
        total: With tax, after discount.
        subtotal: Before discount, without tax.
        discount: What was taken off.
        tax: The tax.
        credit: What the customer's credit paid; of an order only.
        grand_total: What was left to pay after it; of an order only.
    """

    total: Minor
    subtotal: Minor
    discount: Minor = "0"
    tax: Minor = "0"
    credit: Minor = "0"
    grand_total: Minor | None = None


class Product(msgspec.Struct, frozen=True):
    """What was sold."""

    id: str | None = None
    name: str | None = None


class LineItem(msgspec.Struct, frozen=True):
    """A line of an order."""

    totals: Totals
    quantity: Annotated[int, msgspec.Meta(ge=0, le=10**6)] = 1
    price_id: str | None = None
    product: Product | None = None


class Details(msgspec.Struct, frozen=True):
    """What Paddle calculated."""

    totals: Totals
    line_items: tuple[LineItem, ...] | None = None


class Payment(msgspec.Struct, frozen=True):
    """One try to pay.

    Attributes:
        captured_at: When the money was taken, where it was.
    """

    captured_at: Moment | None = None
    status: str | None = None


class Transaction(msgspec.Struct, frozen=True):
    """A `txn_…`."""

    id: Id
    details: Details
    status: str | None = None
    origin: str | None = None
    currency_code: Currency | None = None
    billed_at: Moment | None = None
    payments: tuple[Payment, ...] | None = None
    collection_mode: str | None = None
    subscription_id: Id | None = None
    customer_id: Id | None = None
    invoice_id: Id | None = None
    discount_id: str | None = None
    custom_data: msgspec.Raw = NOTHING


class AdjustmentTotals(msgspec.Struct, frozen=True):
    """What an adjustment gave back."""

    total: Minor
    tax: Minor | None = None


class Adjustment(msgspec.Struct, frozen=True):
    """An `adj_…`: a refund, a credit or a chargeback."""

    id: Id
    action: str
    status: str
    transaction_id: Id
    totals: AdjustmentTotals
    currency_code: Currency | None = None
