"""`billing-event/1`: money, or its return, in words that are no provider's own."""

from typing import Annotated, Final, Literal

import msgspec

from shared.messages.analytics import Analytics
from shared.messages.fields import (
    Amount,
    Currency,
    EventId,
    Id,
    Minor,
    Moment,
    OccurredAt,
    ProviderName,
    Quantity,
    SchemaName,
    Text,
    TransactionId,
    read_versioned,
)

SCHEMA: Final = "billing-event/1"

Type = Literal[
    "purchase",
    "refund",
    "payment.failed",
    "subscription.started",
    "subscription.renewed",
    "subscription.updated",
    "subscription.trial_started",
    "subscription.trial_converted",
    "subscription.cancelled",
]


class MajorMoney(msgspec.Struct, frozen=True, kw_only=True):
    """What was charged, in major units.

    Attributes:
        currency: ISO 4217.
        total: What was charged, after discounts.
        tax: How much of it is tax.
        shipping: How much of it is shipping, without its tax.
        discount: What was taken off before.
        tax_included: Whether `total` contains `tax`; if not, the tax was charged on top of it.
    """

    currency: Currency
    total: Amount
    tax: Amount | None = None
    shipping: Amount | None = None
    discount: Amount | None = None
    tax_included: bool = True


class MinorMoney(msgspec.Struct, frozen=True, kw_only=True):
    """The same in minor units; the sender says how many decimals they have.

    Attributes:
        currency: ISO 4217.
        exponent: How many decimals: 2 where 1234 stands for 12.34.
        total: As in `MajorMoney`.
        tax: As in `MajorMoney`.
        shipping: As in `MajorMoney`.
        discount: As in `MajorMoney`.
        tax_included: As in `MajorMoney`.
    """

    currency: Currency
    exponent: Annotated[int, msgspec.Meta(ge=0, le=6)]
    total: Minor
    tax: Minor | None = None
    shipping: Minor | None = None
    discount: Minor | None = None
    tax_included: bool = True


class BillingItem(msgspec.Struct, frozen=True, kw_only=True):
    """One product. Its price is per unit, after discount and without tax."""

    item_id: Text | None = None
    item_name: Text | None = None
    price: Amount | None = None
    quantity: Minor | Quantity = 1
    discount: Amount | None = None
    item_variant: Text | None = None
    item_category: Text | None = None
    coupon: Text | None = None


class Period(msgspec.Struct, frozen=True):
    """What a subscription's payment pays for."""

    start: Moment | None = None
    end: Moment | None = None


class BillingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One message; fields it does not name are ignored.

    Attributes:
        schema: `billing-event/1`.
        event_id: The same for every copy of the message, however often it is published.
        type: What happened.
        occurred_at: When the money moved, not when that was published; RFC 3339.
        provider: Who took the money.
        account: The provider's connected account, where it has such.
        environment: `test` is no real money.
        transaction_id: The order's id; of a renewal its own, not the subscription's.
        original_transaction_id: The order that a refund takes back.
        subscription_id: The subscription.
        renewal_number: Which renewal of it.
        money: What was charged.
        money_minor: The same in minor units, instead.
        items: What was bought or returned.
        coupon: The discount's code.
        period: What a subscription's payment pays for.
        analytics: What the browser knew.
        customer_id: Finds the context of earlier orders; never sent to GA4.
        params: Further parameters for GA4.
        metadata: Texts that a rule of `ROUTES` may look at; never sent to GA4.
    """

    schema: SchemaName
    event_id: EventId
    type: Type
    occurred_at: OccurredAt
    provider: ProviderName
    account: Id | None = None
    environment: Literal["live", "test"] = "live"
    transaction_id: TransactionId | None = None
    original_transaction_id: TransactionId | None = None
    subscription_id: Id | None = None
    renewal_number: Annotated[int, msgspec.Meta(ge=0, le=10**6)] | None = None
    money: MajorMoney | None = None
    money_minor: MinorMoney | None = None
    items: tuple[BillingItem, ...] | None = None
    coupon: Text | None = None
    period: Period | None = None
    analytics: Analytics | None = None
    customer_id: Id | None = None
    params: dict[str, msgspec.Raw] | None = None
    metadata: dict[str, msgspec.Raw] | None = None


def read_billing_event(raw: bytes | msgspec.Raw) -> BillingEvent:
    """Read a message.

    Args:
        raw: Its JSON.

    Raises:
        UnusableError: It is of another schema, or fields are missing or malformed; all are named.
    """
    return read_versioned(raw, BillingEvent, SCHEMA)
