"""The shapes of Polar's objects, as far as money is read from them.

Source: the types of polar-sdk 1.0.2 (API versions 2026-04, 2026-10 and 2027-01). Amounts are whole
numbers of minor units, as Stripe counts them: Polar charges through Stripe.
"""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from shared.domain.money import currency_code
from shared.faults import checked_by

AT: Final = "data"
NOTHING: Final = msgspec.Raw(b"")

Minor = Annotated[int, msgspec.Meta(description="an amount in minor units, e.g. 1250")]
Currency = Annotated[
    str,
    msgspec.Meta(
        description="an ISO 4217 currency, e.g. eur",
        extra=checked_by(currency_code),
    ),
]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**6)]


class Product(msgspec.Struct, frozen=True):
    """What was sold."""

    name: str | None = None


class Discount(msgspec.Struct, frozen=True):
    """What was taken off; one without a code is given by the shop itself."""

    code: str | None = None


class Period(msgspec.Struct, frozen=True):
    """What an order says of its subscription, as it was when the order was sent.

    Attributes:
        trial_end: When its trial ended or will end.
        current_period_start: When the period began that it is in.
    """

    trial_end: Moment | None = None
    current_period_start: Moment | None = None


class OrderItem(msgspec.Struct, frozen=True):
    """A line of an order; `amount` is before discounts and taxes."""

    amount: Minor
    label: str | None = None
    product_price_id: str | None = None


class Order(msgspec.Struct, frozen=True):
    """An order.

    Attributes:
        net_amount: After discounts, before taxes.
        tax_amount: The tax.
        total_amount: Both.
        applied_balance_amount: What the customer's balance changed: negative where it paid.
        due_amount: What was left to pay.
    """

    id: Id
    currency: Currency
    status: str | None = None
    paid: bool | None = None
    net_amount: Minor | None = None
    tax_amount: Minor | None = None
    total_amount: Minor | None = None
    discount_amount: Minor | None = None
    applied_balance_amount: Minor | None = None
    due_amount: Minor | None = None
    billing_reason: str | None = None
    customer_id: Id | None = None
    subscription_id: Id | None = None
    checkout_id: Id | None = None
    product_id: str | None = None
    discount_id: str | None = None
    seats: Count | None = None
    units: Count | None = None
    product: Product | None = None
    discount: Discount | None = None
    subscription: Period | None = None
    items: tuple[OrderItem, ...] | None = None
    metadata: msgspec.Raw = NOTHING


class Refund(msgspec.Struct, frozen=True):
    """A refund: `amount` is without the tax that went back with it."""

    id: Id
    order_id: Id
    status: str
    amount: Minor
    currency: Currency
    tax_amount: Minor | None = None


class Subscription(msgspec.Struct, frozen=True):
    """A subscription; the customer's comment is not read."""

    id: Id
    status: str
    customer_id: Id | None = None
    trial_start: Moment | None = None
    trial_end: Moment | None = None
    current_period_start: Moment | None = None
    cancel_at_period_end: bool | None = None
    canceled_at: Moment | None = None
    ended_at: Moment | None = None
    past_due_at: Moment | None = None
    customer_cancellation_reason: str | None = None
    metadata: msgspec.Raw = NOTHING
