"""`connectors ledger` on events that the Data Manager API took."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.domain.sink import Receipt, Sink
from shared.stores.accepted import Settlement
from shared.stores.entry import LedgerEvent, State
from shared.stores.lease import Lease
from shared.stores.sqlite.database import sqlite_stores
from tests.support.builders import MEASUREMENT_ID
from tests.tools.ledger.test_commands import NOW
from tools.ledger.cli import list_, show, stats

REASON: Final = "PROCESSING_ERROR_REASON_INVALID_EVENT"
TAKEN: Final = NOW - timedelta(minutes=31)


async def fill(path: Path) -> None:
    """Let the API take two events in one request, and reject the second."""
    stores = sqlite_stores(str(path))
    for index, key in enumerate(("ORD-1", "ORD-2")):
        fact = LedgerEvent(MEASUREMENT_ID, "purchase", key, key, sink=Sink.DATA_MANAGER)
        lease = await stores.ledger.claim(fact, now=TAKEN, resend=True)
        assert isinstance(lease, Lease)
        receipt = Receipt("req-1", index, 2, ("a warning",))
        await stores.ledger.settle(lease, State.ACCEPTED, now=TAKEN, receipt=receipt)
    _, second = await stores.accepted.due(now=NOW, most=2)
    await stores.accepted.settle([(second, Settlement(State.REJECTED, REASON))], now=NOW)
    lease = await stores.ledger.claim(
        LedgerEvent(MEASUREMENT_ID, "purchase", "ORD-3"), now=NOW, resend=True
    )
    assert isinstance(lease, Lease)
    await stores.ledger.settle(lease, State.DELIVERED, now=NOW)
    await stores.close()


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A ledger with them, and one event of the other sink."""
    asyncio.run(fill(tmp_path / "store.sqlite"))
    return f"sqlite:{tmp_path}/store.sqlite"


def shown(capsys: pytest.CaptureFixture[str], key: str, store: str) -> dict[str, Any]:
    """Return what `show --json` prints of an entry."""
    assert show(key, store=store, json=True) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_an_entry_says_by_which_sink_and_in_which_request(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What Google is asked by, and what it warned of."""
    first, second, third = (shown(capsys, f"ORD-{number}", store) for number in (1, 2, 3))
    names = ("state", "reason", "sink", "request_id", "request_index", "notes")
    assert [first[name] for name in names] == [
        "accepted",
        None,
        "data_manager",
        "req-1",
        0,
        ["a warning"],
    ]
    assert [second[name] for name in names[:5]] == [
        "rejected",
        REASON,
        "data_manager",
        "req-1",
        1,
    ]
    assert [third[name] for name in names] == [
        "delivered",
        None,
        "measurement_protocol",
        None,
        None,
        [],
    ]
    assert first["accepted_at"] == TAKEN.isoformat()
    assert first["check_at"] == (TAKEN + timedelta(minutes=30)).isoformat()
    assert (second["check_at"], third["accepted_at"]) == (None, None)


def test_people_see_it_too(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the table, in lists and in the counts."""
    show("ORD-1", store=store)
    table = capsys.readouterr().out
    assert "a warning" in table
    assert "req-1" in table

    list_(store=store, state=(State.ACCEPTED,))
    assert "accepted  purchase ORD-1" in capsys.readouterr().out

    stats(store=store, json=True)
    counted = json.loads(capsys.readouterr().out)["last_hour"]["state"]
    assert counted == {"accepted": 1, "delivered": 1, "rejected": 1}
    stats(store=store)
    assert "accepted" in capsys.readouterr().out
