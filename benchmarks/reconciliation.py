"""What it takes to hold a ledger's orders against GA4's export: time and memory, without a network.

Run as `python -m benchmarks.reconciliation [ORDERS]`. The entries come out of an SQLite ledger, the
rows from memory as BigQuery's client yields them.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from shared.google_cloud.bigquery import BigQuery, Parameter
from shared.reconciliation.export.reconciliation import ExportReconciliation
from shared.reconciliation.span import Span
from shared.settings.export import Comparison, Export
from shared.stores.entry import LedgerEvent, State
from shared.stores.lease import Lease
from shared.stores.ledger import Ledger
from shared.stores.location import SqliteFile

T = TypeVar("T")

_NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
_SENT: Final = _NOW - timedelta(days=6)
_STREAM: Final = "G-BENCH"


class Rows(BigQuery):
    """An export in which every order is there once, and twice as many are of other days."""

    def __init__(self, orders: int) -> None:
        super().__init__("bench", seconds=1, max_bytes=1)
        self._orders = orders

    async def tables(self, dataset: str) -> Sequence[str]:
        """Return a table for each day."""
        del dataset
        return [f"events_{_NOW - timedelta(days=back):%Y%m%d}" for back in range(30)]

    async def rows(
        self,
        query: str,
        parameters: Mapping[str, Parameter],
        read: Callable[[Mapping[str, Any]], T],
    ) -> list[T]:
        """Return a row for each order."""
        del query, parameters
        return [read(row) for row in self._exported()]

    def _exported(self) -> Iterator[Mapping[str, Any]]:
        for number in range(3 * self._orders):
            there = _SENT if number < self._orders else _NOW - timedelta(days=12)
            yield {
                "event_name": "purchase",
                "transaction_id": _order(number),
                "stamp": None,
                "ours": 1,
                "sent_by_tag": 0,
                "clients": 1,
                "orphans": 0,
                "value": Decimal("12.50"),
                "first": int(there.timestamp() * 1_000_000),
            }


async def _fill(ledger: Ledger, numbers: Iterable[int]) -> None:
    for number in numbers:
        order = _order(number)
        fact = LedgerEvent(
            _STREAM, "purchase", order, order, "EUR", Decimal("12.50"), occurred_at=_SENT
        )
        lease = await ledger.claim(fact, now=_SENT, resend=True)
        assert isinstance(lease, Lease)  # noqa: S101 - a benchmark's own ledger
        await ledger.settle(lease, State.DELIVERED, now=_SENT)


async def _measure(orders: int, store: SqliteFile) -> None:
    await _fill(ledger := store.open(None).ledger, range(orders))
    await ledger.close()
    before = _peak_mib()
    export = Export("bench.analytics_1", None, None, 1)
    compared = ExportReconciliation(
        settings=Comparison(_STREAM, store, None, export),
        ledger=store.open(None).ledger,
        bigquery=Rows(orders),
        clock=lambda: _NOW,
    )
    began = time.perf_counter()
    found = await compared.over(Span(_NOW - timedelta(days=7), _NOW - timedelta(days=4)))
    seconds = time.perf_counter() - began
    await compared.close()
    print(
        f"{found.events:,} orders, {3 * orders:,} rows: {seconds:.1f} s, "
        f"{_peak_mib() - before:.0f} MiB on top of {before:.0f} MiB; balanced: {found.balances}"
    )


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _order(number: int) -> str:
    return f"ORD-2026-{number:09}"


def main() -> None:
    """Measure once; a process's peak can be asked only once."""
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(orders, SqliteFile(str(Path(folder) / "ledger.sqlite"))))


if __name__ == "__main__":
    main()
