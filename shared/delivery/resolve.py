"""What an event means, with all that earlier events taught."""

from datetime import datetime

from shared.delivery.denials import all_references
from shared.delivery.known_payments import as_first_reported
from shared.delivery.ledger_events import fact_of_refund, key_of
from shared.delivery.mentions import about, mentions_of
from shared.delivery.order_history import OrderHistory
from shared.delivery.refunds import resolve_refund
from shared.domain.conversion import Conversion, Ignored, PurchaseType, Source
from shared.domain.event import DomainEvent, Link
from shared.domain.refund import Refund, Reversal


async def resolve(
    domain_event: DomainEvent, source: Source, history: OrderHistory, now: datetime
) -> Conversion | Reversal | Ignored:
    """Return what is to be sent, put on record or ignored; remember what it teaches.

    Args:
        domain_event: What an event means.
        source: Where we learned it.
        history: What earlier events taught.
        now: The current time, UTC.

    Raises:
        PendingError: Another event that this one depends on may still come.
        UnavailableError: The store is out of reach.
    """
    await _load(domain_event, source, history)
    resolved = await _resolved(domain_event, source, history, now)
    # Whatever it is sent as, people look for it by what the event said.
    return about(resolved, mentions_of(domain_event, source))


async def _resolved(
    domain_event: DomainEvent, source: Source, history: OrderHistory, now: datetime
) -> Conversion | Reversal | Ignored:
    match domain_event:
        case Ignored():
            await history.leave_out(domain_event, source, now)
            return domain_event
        case Link():
            await history.link(domain_event, source, now)
            return Ignored(domain_event.reason)
        case Refund():
            return await resolve_refund(domain_event, source, history, now)
        case Reversal():
            return await as_first_reported(history.stores.orders, domain_event, source, now)
        case Conversion():
            if domain_event.trial is not None:
                await history.leave_out(Ignored("", trial=domain_event.trial), source, now)
            return await history.resolve_purchase(domain_event, now)


async def _load(domain_event: DomainEvent, source: Source, history: OrderHistory) -> None:
    """Read all that an event may depend on together; what it leads to is read when it is known."""
    keys: list[str] = []
    match domain_event:
        case Ignored(uncounted=uncounted, trial=trial):
            references = [*uncounted, trial or ""]
        case Link(orders=orders, customer_references=customers, trial=trial, checkout=checkout):
            references = [*orders, *customers, trial or "", *_foreign(domain_event)]
            references += checkout.references if checkout else ()
        case Refund(transaction_id=transaction_id, orders=orders, references=known_by):
            keys = [fact_of_refund(domain_event, source, history.settings).key]
            references = [domain_event.refund_id, *known_by, transaction_id or "", *orders]
        case Reversal():
            keys = [fact_of_refund(domain_event, source, history.settings).key]
            references = [domain_event.refund_id, *domain_event.references]
        case Conversion():
            renewal = domain_event.purchase_type is PurchaseType.RENEWAL
            name = history.settings.renewal_event_name if renewal else domain_event.name
            keys = [key_of(domain_event, name)]
            references = [
                *all_references(domain_event),
                *domain_event.checkout,
                domain_event.part_of or "",
                domain_event.trial or "",
                *_foreign(domain_event),
            ]
    await history.stores.load(keys, references)


def _foreign(domain_event: Conversion | Link) -> list[str]:
    return [domain_event.foreign.reference] if domain_event.foreign else []
