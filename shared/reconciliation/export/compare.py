"""What the ledger says against what the export has: no clock, no store, no network."""

from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from typing import Final

from shared.domain.conversion import Kind
from shared.reconciliation.export.books import Books, Line
from shared.reconciliation.export.event_key import EventKey
from shared.reconciliation.export.finding import Finding, Status
from shared.reconciliation.export.hits import Hits
from shared.reconciliation.span import Span

# The export has values as floating point.
_CENT_OF_A_CENT: Final = Decimal("0.0001")

Export = Mapping[EventKey, Hits]


def compare(
    books: Books, around: Books, known: Container[EventKey], export: Export, span: Span
) -> Iterator[Finding]:
    """Say how every event of a span stands.

    Args:
        books: What the ledger has of the span.
        around: What it has of the days beside it, which the export's tables hold as well.
        known: What it has of any other day, of what `strange` found.
        export: What the export has.
        span: The time that is compared.
    """
    for key, line in books.lines.items():
        hits = export.get(key)
        yield from _standing(key, line, hits)
        if hits is not None:
            yield from _copies(key, line, hits, beside=around.entries(key))
            if around.entries(key) == 0:
                yield from _value(key, line, hits)
    for key in strange(books, around, export, span):
        if key not in known:
            yield Finding(Status.UNMATCHED, key, export[key].ours, "the ledger has no such event")


def puzzling(books: Books, export: Export, span: Span) -> bool:
    """Return whether the export has more than a span of the ledger explains."""
    return any(
        _is_strange(key, hits, span) if key not in books.lines else _spare(books.lines[key], hits)
        for key, hits in export.items()
    )


def strange(books: Books, around: Books, export: Export, span: Span) -> list[EventKey]:
    """Return the purchases of a span that the ledger says nothing of, there or beside it.

    Whether an older entry is about a refund or the like cannot be asked by what the export says.
    """
    return [
        key
        for key, hits in export.items()
        if key not in books.lines and not around.entries(key) and _is_strange(key, hits, span)
    ]


def _standing(key: EventKey, line: Line, hits: Hits | None) -> Iterator[Finding]:
    """Say how what was sent stands, and what is there of the rest."""
    there = hits.ours if hits else 0
    found = min(there, line.delivered)
    arrived = min(there - found, line.uncertain)
    lacking = line.sent - found - arrived
    awaited = min(lacking, line.awaited)
    unexported = min(lacking - awaited, line.unexported)
    gone = lacking - awaited - unexported
    lost = min(gone, line.uncertain - arrived)
    unexpected = min(there - found - arrived, line.unsent)
    orphaned = min(hits.orphans, found + arrived) if hits else 0
    for word, count in (
        (Status.FOUND, found),
        (Status.ARRIVED, arrived),
        (Status.AWAITED, awaited),
        (Status.UNEXPORTED, unexported),
        (Status.MISSING, gone - lost),
        (Status.LOST, lost),
        (Status.UNEXPECTED, unexpected),
        (Status.ORPHANED, orphaned),
    ):
        if count:
            yield Finding(word, key, count)


def _copies(key: EventKey, line: Line, hits: Hits, *, beside: int) -> Iterator[Finding]:
    """Say what is there more than once.

    GA4 merges purchases under one transaction id, and nothing else (Help 12313109); an older text
    says it does so within one user only, so duplicates of several clients are counted as doubled.
    """
    merges = key.event_name == Kind.PURCHASE and hits.clients <= 1
    clients = "" if hits.clients <= 1 else ", for several clients"
    if (copies := _spare(line, hits) - beside) > 0:
        word = Status.MERGED_DUPLICATE if merges else Status.DOUBLED
        yield Finding(
            word, key, copies, f"sent {line.sent} times, there {hits.ours} times{clients}"
        )
    if hits.sent_by_tag and key.transaction_id is not None:
        word = Status.SENT_BY_TAG if merges else Status.DOUBLED
        yield Finding(word, key, hits.sent_by_tag, f"a tag sent it as well{clients}")


def _value(key: EventKey, line: Line, hits: Hits) -> Iterator[Finding]:
    """Report a value that is not what was sent, where both sides sum the same events."""
    if line.value is None or hits.value is None or not hits.ours == line.delivered == line.entries:
        return
    if abs(line.value - hits.value) >= _CENT_OF_A_CENT:
        reason = f"the ledger says {_plain(line.value)}, the export {_plain(hits.value)}"
        yield Finding(Status.DIFFERENT, key, hits.ours, reason)


def _spare(line: Line, hits: Hits) -> int:
    """Return how many more there are than there are entries."""
    return max(hits.ours - line.entries, 0)


def _is_strange(key: EventKey, hits: Hits, span: Span) -> bool:
    return (
        key.event_name == Kind.PURCHASE
        and key.transaction_id is not None
        and span.start <= hits.first < span.end
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
