"""What the ledger says, summed by what the export can distinguish."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from shared.reconciliation.export.event_key import EventKey, key_of
from shared.stores.entry import Entry, State


class Line(msgspec.Struct):
    """The entries under one key.

    Attributes:
        delivered: How many events GA4 took, those whose status is not known yet among them.
        uncertain: How many were sent without a clear answer.
        unsent: How many were not sent, by what the ledger says.
        awaited: How many of those that were sent are too young to be missing.
        unexported: How many of those that were sent are older than the export.
        value: The sum of the values of those that were sent; None where one of them has none.
    """

    delivered: int = 0
    uncertain: int = 0
    unsent: int = 0
    awaited: int = 0
    unexported: int = 0
    value: Decimal | None = Decimal()

    @property
    def sent(self) -> int:
        """How many events may be there."""
        return self.delivered + self.uncertain

    @property
    def entries(self) -> int:
        """How many events there are entries of."""
        return self.sent + self.unsent


class Books(msgspec.Struct):
    """The ledger of a while.

    Attributes:
        awaited_after: What was settled later may still come.
        exported_after: What was settled earlier came before the export began.
        lines: The entries by key.
        indistinguishable: How many events were sent that the export cannot distinguish.
        settled: The days on which something that was sent was settled, UTC.
    """

    awaited_after: datetime
    exported_after: datetime
    lines: dict[EventKey, Line] = msgspec.field(default_factory=dict)
    indistinguishable: int = 0
    settled: set[date] = msgspec.field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Take in an entry."""
        sent = entry.was_sent
        if sent:
            self.settled.add(entry.sent_at.date())
        key = key_of(entry)
        if key is None:
            self.indistinguishable += sent
            return
        line = self.lines.setdefault(key, Line())
        if not sent:
            line.unsent += 1
            return
        line.delivered += entry.state in (State.ACCEPTED, State.DELIVERED)
        line.uncertain += entry.state is State.UNCERTAIN
        line.awaited += entry.sent_at > self.awaited_after
        line.unexported += entry.sent_at < self.exported_after
        value = entry.fact.value
        line.value = None if line.value is None or value is None else line.value + value

    def entries(self, key: EventKey) -> int:
        """Return how many events under a key there are entries of."""
        return self.lines[key].entries if key in self.lines else 0

    @property
    def events(self) -> int:
        """How many events were sent."""
        return self.indistinguishable + sum(line.sent for line in self.lines.values())
