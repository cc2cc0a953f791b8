"""Every id that an event names: an entry of the ledger is found by each of them.

An operator has one id at hand, from a provider's dashboard, a mail of a customer or a log line.
"""

from collections.abc import Sequence
from typing import TypeVar

from shared.changed import replace
from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.event import DomainEvent, Link
from shared.domain.refund import Refund, Reversal

EventT = TypeVar("EventT", bound=DomainEvent)


def mentions_of(event: DomainEvent, source: Source) -> tuple[str, ...]:
    """Return the ids that an event is about, those of the event and its order first.

    Args:
        event: What happened, or was learned.
        source: Where: the provider's own id of the event is one of them.
    """
    ids: dict[str | None, None] = dict.fromkeys((source.event_id, *_named(event), *event.about))
    return tuple(filter(None, ids))


def about(event: EventT, ids: Sequence[str]) -> EventT:
    """Return an event that names further ids.

    Args:
        event: What happened, or was learned.
        ids: What else it is about, for people who look for it.
    """
    named = tuple(dict.fromkeys((*event.about, *ids)))
    return replace(event, about=named)


def _named(event: DomainEvent) -> tuple[str | None, ...]:
    match event:
        case Conversion():
            own = (event.payment_id or "").partition(":")[2]
            names = (event.transaction_id, event.business_key, own)
            return (*names, *event.references, *event.checkout, *event.customer_references)
        case Refund():
            order = (event.transaction_id, *event.references, event.fallback_transaction_id)
            return (event.refund_id, *order, *event.orders)
        case Reversal():
            return (event.refund_id, *event.references)
        case Link():
            placed = event.checkout
            order = (placed.transaction_id, *placed.references) if placed else ()
            return (*event.orders, *order, *event.customer_references, event.trial)
        case Ignored():
            return (*event.uncounted, event.trial)
