"""Files that an earlier version made."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from shared.domain.consent import Choice, Consent
from shared.domain.timestamps import to_unix_micros
from shared.stores.entry import LedgerEvent, State
from shared.stores.protocol import Lease
from shared.stores.query import Query
from shared.stores.sqlite.stores import sqlite_stores
from tests.support.builders import NOW
from tests.support.loop import in_a_loop

# As it was before consent was kept.
OLD: Final = """
CREATE TABLE ledger (
    key TEXT PRIMARY KEY, measurement_id TEXT NOT NULL, event_name TEXT NOT NULL,
    business_key TEXT NOT NULL, transaction_id TEXT, currency TEXT, value TEXT,
    occurred_at INTEGER, source TEXT NOT NULL, attribution TEXT, state TEXT NOT NULL, reason TEXT,
    attempt INTEGER NOT NULL, sending INTEGER NOT NULL, holder TEXT, lease_until INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    replay BLOB, earlier TEXT
) STRICT
"""
INSERT: Final = "INSERT INTO ledger VALUES (?, 'G-TEST123', 'purchase', ?, ?, 'EUR', '18.00', ?, \
'stripe invoice.paid evt_1', 'session', ?, ?, 1, 0, ?, ?, ?, ?, ?, ?, ?)"
EARLIER: Final = (
    '{"transaction_id":"ORD-2","currency":"EUR","value":"18.00","occurred_at":null,'
    '"source":"stripe invoice.paid evt_1","attribution":null,"state":"rejected","reason":"no",'
    '"attempt":1,"sending":0,"updated_at":1,"expires_at":%d}'
)


def fact(order: str, consent: Consent | None = None) -> LedgerEvent:
    """Return what an entry of the old file is about."""
    return LedgerEvent(
        "G-TEST123", "purchase", order, transaction_id=order, consent=consent or Consent()
    )


def old_file(path: Path) -> None:
    """Make a file with a delivered entry and a claim of a rejected one."""
    today = to_unix_micros(datetime.now(NOW.tzinfo))
    later = today + to_unix_micros(NOW) - to_unix_micros(NOW - timedelta(days=9))
    times = (today, today, later)
    connection = sqlite3.connect(path)
    connection.execute(OLD)
    row: tuple[object, ...] = (today, "delivered", None, None, None, *times, None, None)
    connection.execute(INSERT, (fact("ORD-1").key, "ORD-1", "ORD-1", *row))
    row = (today, "claimed", None, "holder", later, *times, b"{}", EARLIER % later)
    connection.execute(INSERT, (fact("ORD-2").key, "ORD-2", "ORD-2", *row))
    connection.commit()
    connection.close()


@in_a_loop
async def test_what_an_earlier_version_wrote_is_still_known(tmp_path: Path) -> None:
    """Of consent nothing was kept then."""
    old_file(tmp_path / "old.sqlite")
    ledger = sqlite_stores(str(tmp_path / "old.sqlite")).ledger

    found = [entry async for entry in ledger.entries(Query(frozenset({State.DELIVERED})))]
    await ledger.close()

    (entry,) = found
    assert (entry.fact.business_key, entry.fact.attribution) == ("ORD-1", "session")
    assert (entry.fact.consent, entry.fact.context_source) == (Consent(), None)


@in_a_loop
async def test_new_entries_are_kept_whole_in_an_old_file(tmp_path: Path) -> None:
    """The columns are added, once."""
    old_file(tmp_path / "old.sqlite")
    told = fact("ORD-3", Consent(Choice.GRANTED))
    for _ in range(2):
        ledger = sqlite_stores(str(tmp_path / "old.sqlite")).ledger
        await ledger.record(told, State.WITHHELD, now=NOW, reason="no", references=["cs_3"])
        found = await ledger.find(told.key)
        assert found is not None
        assert found.fact.consent == Consent(Choice.GRANTED)
        assert len(await ledger.withheld(["cs_3"], now=NOW)) == 1
        await ledger.close()


@in_a_loop
async def test_a_claim_of_an_earlier_version_can_be_released(tmp_path: Path) -> None:
    """The entry before it comes back, with nothing known of what was not kept then."""
    old_file(tmp_path / "old.sqlite")
    ledger = sqlite_stores(str(tmp_path / "old.sqlite")).ledger

    await ledger.release(Lease(fact("ORD-2").key, "holder", 1, sending_began=False))
    found = await ledger.find(fact("ORD-2").key)
    await ledger.close()

    assert found is not None
    assert (found.state, found.fact.consent, found.replay) == (State.REJECTED, Consent(), b"{}")
