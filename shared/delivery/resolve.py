"""What an event means, with all that earlier events taught."""

from datetime import datetime

from shared.delivery.known_payments import as_first_told
from shared.delivery.order_history import OrderHistory
from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.event import DomainEvent
from shared.domain.link import Link
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
    match domain_event:
        case Ignored():
            await history.leave_out(domain_event, source, now)
            return domain_event
        case Link():
            await history.link(domain_event, source, now)
            return Ignored(domain_event.reason)
        case Refund():
            return await history.resolve_refund(domain_event, source, now)
        case Reversal():
            return await as_first_told(history.orders, domain_event, source, now)
        case Conversion():
            return await history.resolve_purchase(domain_event, now)
