"""Which entries of the ledger are asked for."""

from datetime import datetime
from typing import Final

import msgspec

from shared.stores.entry import Entry, State

RELEASED_AT_ONCE: Final = 100
"""How many entries one context sends on their way at most."""

MOST_MENTIONING: Final = 1_000
"""How many entries about some ids are read at most."""


class Query(msgspec.Struct, frozen=True):
    """Filters; an entry has to pass all of them. A filter that is not set lets everything pass.

    Attributes:
        states: Where it stands. Not set, every state but `ignored`: those are no events.
        event_name: GA4's name of it.
        since: The earliest it was first claimed or recorded, UTC.
        until: The moment before which that was, UTC.
        source: Text that its source holds: a provider, an event type or an event id.
        reason: Text that its reason holds.
        business_key: Its business key or its transaction id.
    """

    states: frozenset[State] = frozenset()
    event_name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    reason: str | None = None
    business_key: str | None = None

    def matches(self, entry: Entry) -> bool:
        """Return whether an entry passes: for what a store cannot filter itself."""
        fact = entry.fact
        return (
            (entry.state in self.states if self.states else entry.state is not State.IGNORED)
            and self.event_name in (None, fact.event_name)
            and (self.since is None or entry.created_at >= self.since)
            and (self.until is None or entry.created_at < self.until)
            and (self.source is None or self.source in fact.source)
            and (self.reason is None or self.reason in (entry.reason or ""))
            and self.business_key in (None, fact.business_key, fact.transaction_id)
        )
