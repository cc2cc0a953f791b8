"""What an event is called on both sides: in the ledger, and in GA4's export."""

from datetime import datetime

import msgspec

from shared.domain.attributed import State as Attribution
from shared.stores.entry import Entry


class EventKey(msgspec.Struct, frozen=True):
    """The events that the export cannot distinguish.

    Attributes:
        event_name: GA4's name of them.
        transaction_id: The order they are about; None for events that are about none.
        stamp: Of those about no order: when they happened, UTC, the only thing that
            distinguishes them.
    """

    event_name: str
    transaction_id: str | None
    stamp: datetime | None = None


def key_of(entry: Entry) -> EventKey | None:
    """Return the key of an entry; None for one that the export cannot distinguish.

    An event about no order is distinguished by its time, if that is what GA4 got: not one
    that was too old, or that was moved into its session, or whose clock was ahead of ours.

    Args:
        entry: The entry.
    """
    fact = entry.fact
    if fact.transaction_id is not None:
        return EventKey(fact.event_name, fact.transaction_id)
    moved = fact.late_hours is not None or fact.attribution == Attribution.SESSION
    if moved or fact.occurred_at is None or fact.occurred_at > entry.created_at:
        return None
    return EventKey(fact.event_name, None, fact.occurred_at)
