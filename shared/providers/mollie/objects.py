"""The shapes of Mollie's payments, refunds and chargebacks, as far as money is read from them.

Source: the fields of mollie-api-py 1.10 and Mollie's API reference. Amounts are decimal texts in
major units, each with its currency.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec

from shared.faults import checked_by
from shared.providers.decimals import check_decimal

AT: Final = "_embedded.entity"
NOTHING: Final = msgspec.Raw(b"")
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Value = Annotated[
    Decimal,
    msgspec.Meta(
        description='an amount in major units as text, e.g. "12.50"',
        extra=checked_by(check_decimal),
    ),
]


class Amount(msgspec.Struct, frozen=True):
    """An amount and its currency."""

    value: Value
    currency: str


class Line(msgspec.Struct, frozen=True):
    """A line of a payment.

    Attributes:
        total_amount: Of all of it, with VAT and after discounts.
        vat_amount: The part of it that is VAT.
        discount_amount: What was taken off, with its VAT.
    """

    total_amount: Amount = msgspec.field(name="totalAmount")
    vat_amount: Amount | None = msgspec.field(name="vatAmount", default=None)
    discount_amount: Amount | None = msgspec.field(name="discountAmount", default=None)
    type: str | None = None
    description: str | None = None
    sku: str | None = None
    quantity: int = 1


class Payment(msgspec.Struct, frozen=True):
    """A `tr_…`.

    Attributes:
        amount_captured: What was taken of an authorisation, where that is less.
    """

    id: Id
    status: str
    amount: Amount
    amount_captured: Amount | None = msgspec.field(name="amountCaptured", default=None)
    paid_at: Moment | None = msgspec.field(name="paidAt", default=None)
    failed_at: Moment | None = msgspec.field(name="failedAt", default=None)
    sequence_type: str | None = msgspec.field(name="sequenceType", default=None)
    subscription_id: Id | None = msgspec.field(name="subscriptionId", default=None)
    customer_id: Id | None = msgspec.field(name="customerId", default=None)
    order_id: Id | None = msgspec.field(name="orderId", default=None)
    lines: tuple[Line, ...] | None = None
    metadata: msgspec.Raw = NOTHING


class Returned(msgspec.Struct, frozen=True):
    """A refund `re_…`, or a chargeback `chb_…`."""

    id: Id
    payment_id: Id = msgspec.field(name="paymentId")
    amount: Amount
    status: str | None = None
    created_at: Moment | None = msgspec.field(name="createdAt", default=None)


class Whole(msgspec.Struct, frozen=True):
    """A payment as the API returns it, with what came of it."""

    embedded: Any = msgspec.field(name="_embedded", default=None)
    status: Any = None
    mode: Any = None
    created_at: Any = msgspec.field(name="createdAt", default=None)
    paid_at: Any = msgspec.field(name="paidAt", default=None)
