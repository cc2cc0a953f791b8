"""What a report on a large ledger takes: time and memory, on SQLite.

Run as `python -m benchmarks.ledger_report [EVENTS]`. The ledger is written first: events of 29 days
in three currencies and several states.
"""

import asyncio
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final

from shared.domain.consent import Choice, Consent
from shared.stores import ledger_fields
from shared.stores.document import LEDGER, Document
from shared.stores.entry import LedgerEvent, State
from shared.stores.retention import KEPT
from shared.stores.sqlite.database import sqlite_stores
from shared.stores.sqlite.rows import INSERT, written
from tools.loaded_settings import load
from tools.report.command import Options, run

_SPAN: Final = timedelta(days=29)
_AT_ONCE: Final = 5000
_MONEY: Final = (("EUR", Decimal("12.50")), ("JPY", Decimal(1200)), ("KWD", Decimal("1.005")))
_STATES: Final = (
    *[(State.DELIVERED, None)] * 18,
    (State.WITHHELD, "no client is known"),
    (State.REJECTED, "events[0].params.items[3].price: VALUE_INVALID"),
)


def _rows(events: int, now: datetime) -> Iterator[dict[str, object]]:
    for number in range(events):
        at = now - _SPAN * (number / events)
        state, reason = _STATES[number % len(_STATES)]
        currency, value = _MONEY[number % len(_MONEY)]
        name = "refund" if number % 17 == 0 else "purchase"
        fact = LedgerEvent(
            "G-BENCH",
            name,
            f"{name}-{number}",
            f"ORD-2026-{number:09}",
            currency,
            value,
            at,
            f"stripe checkout.session.completed evt_{number}",
            "session" if state is State.DELIVERED else None,
            Consent(Choice.GRANTED),
            "event",
        )
        times = ledger_fields.Times(at, at + KEPT.ledger)
        fields = ledger_fields.claimed(fact, "", times)
        fields |= {"state": state.value, "reason": reason, "holder": None, "lease_until": None}
        yield written(Document(LEDGER, fact.key), fields, 1)[1]


def _fill(path: Path, events: int) -> None:
    asyncio.run(sqlite_stores(str(path)).ledger.find(""))  # makes the tables
    database = sqlite3.connect(path)
    rows = _rows(events, datetime.now(UTC))
    while some := list(islice(rows, _AT_ONCE)):
        database.executemany(INSERT[LEDGER], some)
    database.commit()
    database.close()


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure once; a process's peak can be asked only once."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        store, page = Path(folder) / "ledger.sqlite", Path(folder) / "report.html"
        _fill(store, events)
        before, began = _peak_mib(), time.process_time()
        run(Options(store=f"sqlite:{store}", html=str(page)), load(None, None, "-", None))
        print(
            f"{events:,} events: {time.process_time() - began:.1f} s of a core, "
            f"{_peak_mib() - before:.0f} MiB on top of {before:.0f} MiB; "
            f"a page of {page.stat().st_size / 1024:.0f} KiB"
        )


if __name__ == "__main__":
    main()
