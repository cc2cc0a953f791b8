"""What an order enrichment means: an event of its own, beside the order's purchase."""

from decimal import Decimal

from shared.domain.conversion import Conversion, Kind, Source
from shared.domain.currencies import currency_code
from shared.domain.item import Item
from shared.domain.notes import Notes
from shared.domain.order_id import order_id
from shared.domain.without_session import without_session
from shared.messages.analytics import context_of
from shared.messages.order_enrichment import OrderEnrichment
from shared.messages.server_mapping import utc


def source_of(message: OrderEnrichment) -> Source:
    """Return where a message says it comes from."""
    return Source(message.provider, message.event_id, "order_enrichment", message.account)


def to_order(message: OrderEnrichment, name: str) -> Conversion:
    """Return the event that tells of an order, before anything is looked up.

    Its key is the order's: however often and under whatever ids it is asked for, an order is
    enriched once.

    Args:
        message: The message.
        name: GA4's name of the event.

    Raises:
        UnusableError: The order's id is none; the field is named.
    """
    notes = Notes()
    order = order_id(message.transaction_id, "transaction_id")
    return Conversion(
        kind=Kind.CUSTOM,
        renamed=name,
        transaction_id=order,
        business_key=order,
        money=None,
        occurred_at=utc(message.occurred_at),
        context=without_session(context_of(message.analytics, notes)),
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
        UnusableError: It is no active currency.
    """
    return currency_code(message.currency, "currency")


def fees_of(message: OrderEnrichment) -> Decimal | None:
    """Return what the order cost besides its goods, where that is told."""
    return None if message.fees is None else Decimal(message.fees)
