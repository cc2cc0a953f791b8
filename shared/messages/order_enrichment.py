"""`order-enrichment/1`: an order whose margin and customer are to be looked up, and its event."""

from decimal import Decimal
from typing import Final, Literal

import msgspec

from shared.changed import replace
from shared.domain.conversion import Conversion, Kind, Source
from shared.domain.identifiers import order_id
from shared.domain.item import Item
from shared.domain.merge_contexts import without_session
from shared.domain.money import currency_code
from shared.domain.notes import Notes
from shared.errors import UnusableError
from shared.messages.analytics import Analytics, context_of
from shared.messages.fields import (
    Amount,
    Currency,
    EventId,
    Id,
    Minor,
    OccurredAt,
    ProviderName,
    Quantity,
    SchemaName,
    Text,
    TransactionId,
    read_versioned,
    utc,
    with_every_fault,
)

SCHEMA: Final = "order-enrichment/1"


class SoldItem(msgspec.Struct, frozen=True, kw_only=True):
    """One product. Its price is per unit, after discount and without tax."""

    item_id: Text | None = None
    quantity: Minor | Quantity = 1
    price: Amount


class OrderEnrichment(msgspec.Struct, frozen=True, kw_only=True):
    """One message; fields it does not name are ignored.

    Attributes:
        schema: `order-enrichment/1`.
        event_id: The same for every copy of the message, however often it is published.
        occurred_at: When the order was paid; RFC 3339.
        transaction_id: The order's, as its `purchase` has it.
        currency: ISO 4217, of the prices.
        items: What was sold; margin is of these.
        fees: What the order cost besides its goods: payment fee, postage. Profit is margin less
            these.
        provider: Who took the money.
        account: The provider's connected account, where it has such.
        environment: `test` is no real money.
        customer_ref: Looked up in the customer list; never sent to GA4.
        analytics: What the browser knew.
        metadata: Texts that a rule of `ROUTES` may look at; never sent to GA4.
    """

    schema: SchemaName
    event_id: EventId
    occurred_at: OccurredAt
    transaction_id: TransactionId
    currency: Currency
    items: tuple[SoldItem, ...] = ()
    fees: Amount | None = None
    provider: ProviderName = "internal"
    account: Id | None = None
    environment: Literal["live", "test"] = "live"
    customer_ref: Id | None = None
    analytics: Analytics | None = None
    metadata: dict[str, msgspec.Raw] | None = None


def read_order_enrichment(raw: bytes | msgspec.Raw) -> OrderEnrichment:
    """Read a message.

    Args:
        raw: Its JSON.

    Raises:
        UnusableError: It is of another schema, or fields are missing or malformed; all are named.
    """
    return read_versioned(raw, OrderEnrichment, SCHEMA)


def source_of(message: OrderEnrichment) -> Source:
    """Return where a message says it comes from."""
    return Source(message.provider, message.event_id, "order_enrichment", message.account)


def to_order(message: OrderEnrichment, name: str) -> Conversion:
    """Return the event about an order, before anything is looked up.

    Its key is the order's: however often and under whatever ids it is asked for, an order is
    enriched once.

    Args:
        message: The message.
        name: GA4's name of the event.

    Raises:
        UnusableError: The order's id or time is none; every bad field is named.
    """
    notes = Notes()
    try:
        order = order_id(message.transaction_id, "transaction_id")
        occurred_at = utc(message.occurred_at, "occurred_at")
    except UnusableError as error:
        raise with_every_fault(error, message) from None
    context = context_of(message.analytics, notes)
    return Conversion(
        kind=Kind.CUSTOM,
        renamed=name,
        transaction_id=order,
        business_key=order,
        money=None,
        occurred_at=occurred_at,
        # Its answers are dated by the time of capture.
        context=replace(without_session(context), captured_at=context.captured_at),
        source=source_of(message),
        items=tuple(
            Item(Decimal(item.price), Decimal(item.quantity), item.item_id or None)
            for item in message.items
        ),
        references=(order,),
        customer_references=(message.customer_ref,) if message.customer_ref else (),
        customer_ref=message.customer_ref,
        notes=tuple(notes),
    )


def currency_of(message: OrderEnrichment) -> str:
    """Return the order's currency.

    Raises:
        UnusableError: It is no active currency; every bad field is named.
    """
    try:
        return currency_code(message.currency, "currency")
    except UnusableError as error:
        raise with_every_fault(error, message) from None


def fees_of(message: OrderEnrichment) -> Decimal | None:
    """Return what the order cost besides its goods, where that is given."""
    return None if message.fees is None else Decimal(message.fees)
