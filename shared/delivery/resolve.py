"""What happened, with all that earlier events taught: the conversion to tell, or nothing."""

from datetime import datetime

from shared.delivery.order_history import OrderHistory
from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.event import DomainEvent
from shared.domain.link import Link
from shared.domain.refund import Refund


async def resolve(
    domain_event: DomainEvent, source: Source, history: OrderHistory, now: datetime
) -> Conversion | Ignored:
    """Return what is to be told, and remember what it teaches.

    Args:
        domain_event: What an event means.
        source: Where we learned it.
        history: What earlier events taught.
        now: The current time, UTC.

    Raises:
        InProgressError: It is a refund whose order may still come.
        UnavailableError: The store is out of reach.
    """
    match domain_event:
        case Ignored():
            return domain_event
        case Link():
            await history.link(domain_event, source, now)
            return Ignored(domain_event.reason)
        case Refund():
            return await history.resolve_refund(domain_event, source, now)
        case Conversion():
            return await history.resolve_purchase(domain_event, now)
