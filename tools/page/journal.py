"""The newest deliveries: made of the functions' log lines and of what GA4 was sent.

A delivery's lines have the same `delivery`, and its event's line names the entry of the ledger. So
nothing but log lines is needed to know what a row is, and no payload is ever kept. A row changes a
few times within milliseconds; who watches is called with the row's id, and looks when it has time.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final, Protocol, TypeVar

from shared.handlers.event_status import EVENT_STATUS
from shared.stores.entry import Entry, State
from tools.events import Collected
from tools.page.line import Line, read_line
from tools.page.row import Row
from tools.page.sent import Sent, SentRequests
from tools.page.totals import PURCHASE, Totals

MOST_ROWS: Final = 10_000
ALONE_AFTER_SECONDS: Final = 15.0
"""A request to GA4 of which no delivery speaks within so long is a row of its own."""

_MOST_REMEMBERED: Final = 20_000

K = TypeVar("K")
V = TypeVar("V")


class Watcher(Protocol):
    """Wants to know what changes."""

    def changed(self, row: str) -> None:
        """A row is there, is another than before, or is gone."""
        ...

    def forgotten(self) -> None:
        """All rows are gone."""
        ...


class _Index:
    """Rows by something they have in common; what no row has takes no room."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Row]] = {}

    def add(self, key: str, row: Row) -> None:
        self._rows.setdefault(key, {})[row.id] = row

    def discard(self, key: str, row: Row) -> None:
        rows = self._rows.get(key, {})
        if rows.pop(row.id, None) is not None and not rows:
            del self._rows[key]

    def under(self, key: str) -> Sequence[Row]:
        return tuple(self._rows.get(key, {}).values())


class Journal:
    """What the page shows.

    Attributes:
        most: How many rows there are at most.
        follows: Whether functions' log lines come in; without them each request to GA4 is a row.
        watchers: Who wants to know what changes.
        totals: What arrived, counted.
        sent: What GA4 was sent.
        wanted: Keys of the entries that should be read.
    """

    def __init__(self, *, follows: bool = False, most: int = MOST_ROWS) -> None:
        self.follows = follows
        self.watchers: set[Watcher] = set()
        self.most = most
        self._numbers = count()
        self._begin()

    def _begin(self) -> None:
        self.totals = Totals()
        self.sent = SentRequests()
        self.wanted: dict[str, None] = {}
        self._rows: OrderedDict[str, Row] = OrderedDict()
        self._events, self._entries, self._groups = _Index(), _Index(), _Index()
        self._group_of_event: OrderedDict[str, str] = OrderedDict()
        self._unspoken: deque[tuple[float, Sent]] = deque()
        self._spoken_of: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._accepted: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def find(self, row: str) -> Row | None:
        """Return a row; None where it is gone."""
        return self._rows.get(row)

    def rows(self, *, order: str = "", provider: str = "", outcome: str = "") -> Iterator[Row]:
        """Yield the rows that somebody looks for, newest first. See `Row.matches`."""
        for row in reversed(self._rows.values()):
            if row.matches(order=order, provider=provider, outcome=outcome):
                yield row

    def together(self, row: Row) -> list[Row]:
        """Return the rows that stand with one, itself included, oldest first."""
        return sorted(self._groups.under(row.group), key=lambda each: each.number)

    def choices(self) -> dict[str, list[str]]:
        """Return the providers and outcomes of what is kept: what `rows` can be asked for."""
        both = {(row.provider, row.outcome) for row in self._rows.values()}
        providers, outcomes = zip(*both, strict=True) if both else ((), ())
        return {"providers": sorted(filter(None, set(providers))), "results": sorted(set(outcomes))}

    def clear(self) -> None:
        """Forget everything."""
        self._begin()
        for watcher in self.watchers:
            watcher.forgotten()

    def heard(self, lines: Sequence[bytes], at: float) -> None:
        """Take lines of a function's output; what is no log line is passed over.

        Args:
            lines: Whole lines.
            at: When they came, Unix seconds.
        """
        for text in lines:
            line = read_line(text)
            if line is not None and line.delivery:
                self._take(line, at)

    def collected(self, event: Collected) -> None:
        """Take a request to GA4."""
        sent, at = self.sent.add(event), event.received_at.timestamp()
        self.totals.collected(sent)
        if self.follows:
            self._unspoken.append((at, sent))
        else:
            self.totals.arrived_alone(sent, at)
            self._add_alone(sent, at)

    def look_for_alone(self, now: float) -> None:
        """Make rows of the requests to GA4 of which no delivery has spoken.

        Args:
            now: Unix seconds.
        """
        while self._unspoken and self._unspoken[0][0] <= now - ALONE_AFTER_SECONDS:
            at, sent = self._unspoken.popleft()
            facts = [(event.name, event.transaction_id) for event in sent.events]
            if not any(fact in self._spoken_of for fact in facts):
                self._add_alone(sent, at)

    def settle(self, entry: Entry) -> None:
        """Take an entry of the ledger: it has money and attribution."""
        self.totals.settled(entry)
        if entry.state is State.ACCEPTED:
            _remember(self._accepted, entry.fact.key, None)
        else:
            self._accepted.pop(entry.fact.key, None)
        for row in self._entries.under(entry.fact.key):
            if row.settle(entry):
                self._changed(row)

    def _take(self, line: Line, at: float) -> None:
        row = self._rows.get(line.delivery) or self._add(line.delivery, at)
        row.hear(line, at)
        if line.event == "request":
            self.totals.answered(line, at)
            if line.function == EVENT_STATUS:
                self.wanted.update(self._accepted)  # Google's word may be there now
        elif line.event == "event":
            self._take_event(row, line)
        self._group(row)
        self._changed(row)

    def _take_event(self, row: Row, line: Line) -> None:
        self.totals.decided(line)
        _remember(self._spoken_of, (line.name, line.transaction_id), None)
        if line is not row.events[0]:
            return
        if line.entry:
            self.wanted[line.entry] = None
            self._entries.add(line.entry, row)
        purchase = self.sent.newest(PURCHASE, line.transaction_id)
        if line.name == PURCHASE and purchase is not None:
            row.amount = purchase.amount  # until the ledger is read, a moment later

    def _add(self, name: str, at: float) -> Row:
        row = self._rows[name] = Row(name, next(self._numbers), at, f"delivery {name}")
        self._groups.add(row.group, row)
        if len(self._rows) > self.most:
            self._drop(self._rows.popitem(last=False)[1])
        return row

    def _add_alone(self, sent: Sent, at: float) -> None:
        row = self._add(f"ga4-{next(self._numbers)}", at)
        row.sent, row.order = sent, sent.first.transaction_id
        row.amount, row.attribution = sent.first.amount, sent.first.attribution
        self._group(row)
        self._changed(row)

    def _group(self, row: Row) -> None:
        """Put a row beside the others of its order; and those of its event, beside it."""
        event = row.source
        known = self._group_of_event.get(event, "")
        if row.order:
            group = f"order {row.order}"
        elif known:
            group = known
        else:
            group = f"entry {row.entry}" if row.entry else f"event {event}" if event else row.group
        self._move(row, group)
        if not event:
            return
        self._events.add(event, row)
        if group != known:
            _remember(self._group_of_event, event, group)
            for other in self._events.under(event):
                self._move(other, group)

    def _move(self, row: Row, group: str) -> None:
        if row.group != group:
            self._groups.discard(row.group, row)
            row.group = group
            self._groups.add(group, row)
            self._changed(row)

    def _drop(self, row: Row) -> None:
        self._groups.discard(row.group, row)
        self._events.discard(row.source, row)
        self._entries.discard(row.entry, row)
        self._changed(row)

    def _changed(self, row: Row) -> None:
        for watcher in self.watchers:
            watcher.changed(row.id)


def _remember(known: OrderedDict[K, V], key: K, value: V) -> None:
    """Remember something newest, and forget the oldest of too many."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > _MOST_REMEMBERED:
        known.popitem(last=False)
