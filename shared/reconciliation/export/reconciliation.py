"""A span of the ledger against GA4's export."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final

import msgspec

from shared.errors import MisconfiguredError
from shared.google_cloud.bigquery import BigQuery
from shared.reconciliation.export.books import Books
from shared.reconciliation.export.compare import compare, puzzling, strange
from shared.reconciliation.export.days import SETTLED, days_around, first_day, tables_of
from shared.reconciliation.export.event_key import EventKey
from shared.reconciliation.export.finding import WRONG, Finding, Status
from shared.reconciliation.export.hits import Hits, read_hits
from shared.reconciliation.export.query import STREAM, query
from shared.reconciliation.span import Span
from shared.settings.export import Comparison
from shared.stores.entry import ledger_key
from shared.stores.ledger import Ledger
from shared.stores.query import Query

# What the export's tables hold beside a span: stamps of 72 hours before, days of another zone.
_AROUND: Final = timedelta(days=5)


class Compared(msgspec.Struct, frozen=True):
    """What came of a span.

    Attributes:
        span: The time that was compared.
        events: How many events the ledger says were sent.
        tables: How many tables of the export were read.
        counts: How many events stand how.
        findings: What is to be said of any of them; nothing of those that are found.
    """

    span: Span
    events: int
    tables: int
    counts: Counter[Status]
    findings: tuple[Finding, ...]

    @property
    def balances(self) -> bool:
        """Whether everything is there, once, as it was sent, and nothing else."""
        return not any(finding.word in WRONG for finding in self.findings)


class ExportReconciliation(msgspec.Struct, frozen=True):
    """Compares a ledger with GA4's export.

    Attributes:
        settings: Whose entries are compared with which export.
        ledger: The ledger.
        bigquery: Asks the export.
        clock: Returns the current time, UTC.
    """

    settings: Comparison
    ledger: Ledger
    bigquery: BigQuery
    clock: Callable[[], datetime]

    async def over(self, span: Span) -> Compared:
        """Compare a span: what was first claimed in it.

        Args:
            span: The time.

        Raises:
            UnavailableError: BigQuery or the store is out of reach.
            MisconfiguredError: There is no such export, it may not be read, or it is empty.
        """
        known = await self.bigquery.tables(self.settings.export.dataset)
        begins = first_day(known)
        if begins is None:
            raise MisconfiguredError("GA4_EXPORT: GA4 has exported nothing to this dataset yet")
        # What was sent on the first day may have come before the property was linked.
        exported_after = datetime.combine(begins + timedelta(days=1), time(), UTC)
        books, around = (Books(self.clock() - SETTLED, exported_after) for _ in range(2))
        await self._enter(books, span)
        days = {day.start.date() for day in span.slices()} | {span.end.date()}
        tables = tables_of(days_around(books.settled | days), frozenset(known))
        export = await self._export(tables) if tables else {}
        if puzzling(books, export, span):
            await self._enter(around, Span(span.start - _AROUND, span.start))
            await self._enter(around, Span(span.end, span.end + _AROUND))
        others = await self._known(strange(books, around, export, span))
        counts = Counter({Status.INDISTINGUISHABLE: books.indistinguishable})
        findings = []
        for finding in compare(books, around, others, export, span):
            counts[finding.word] += finding.count
            if finding.word is not Status.FOUND:
                findings.append(finding)
        return Compared(span, books.events, len(tables), counts, tuple(findings))

    async def close(self) -> None:
        """Let go of everything that was opened."""
        await self.bigquery.close()
        await self.ledger.close()

    async def _enter(self, books: Books, span: Span) -> None:
        """Take the entries of a span into the books."""
        async for entry in self.ledger.entries(Query(since=span.start, until=span.end)):
            if entry.fact.measurement_id == self.settings.measurement_id:
                books.add(entry)

    async def _export(self, tables: Iterable[str]) -> Mapping[EventKey, Hits]:
        export = self.settings.export
        one_stream = export.stream is not None
        asked = query(export.dataset, tables, one_stream=one_stream)
        parameters = {} if export.stream is None else {STREAM: export.stream}
        return dict(await self.bigquery.rows(asked, parameters, read_hits))

    async def _known(self, keys: Iterable[EventKey]) -> set[EventKey]:
        """Return the purchases that the ledger knows, whenever they were made."""
        found = set()
        for key in keys:
            order = key.transaction_id or ""
            if await self.ledger.find(ledger_key(key.event_name, order)) is not None:
                found.add(key)
        return found
