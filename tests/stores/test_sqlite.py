"""SQLite's own ways: files that are no ledger, locks, forgetting."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.errors import UnavailableError
from shared.stores.entry import State
from shared.stores.lease import Lease
from shared.stores.sqlite.database import sqlite_stores
from tests.support.builders import NOW
from tests.support.fast_loop import run_fast
from tests.support.ledger_workers import fact
from tests.support.loop import in_a_loop


def _missing_folder(folder: Path) -> Path:
    return folder / "jane@example.com" / "ledger.sqlite"


def _a_folder(folder: Path) -> Path:
    return folder


def _no_database(folder: Path) -> Path:
    path = folder / "ledger.sqlite"
    path.write_bytes(b"jane@example.com " * 1000)
    return path


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        pytest.param(_missing_folder, "STORE: SQLITE_CANTOPEN", id="a missing folder"),
        pytest.param(_a_folder, "STORE: SQLITE_CANTOPEN", id="a folder"),
        pytest.param(_no_database, "STORE: SQLITE_NOTADB", id="no database"),
    ],
)
def test_a_store_that_cannot_be_used_is_unavailable(
    tmp_path: Path, made: Callable[[Path], Path], problem: str
) -> None:
    """The setting is named; neither the path nor anything in it is."""

    async def claim() -> None:
        ledger = sqlite_stores(str(made(tmp_path))).ledger
        await ledger.claim(fact(), now=NOW, resend=True)

    with pytest.raises(UnavailableError) as caught:
        asyncio.run(claim())

    assert problem == str(caught.value)
    assert caught.value.__cause__ is None


@in_a_loop
async def test_a_store_that_comes_back_is_used_again(tmp_path: Path) -> None:
    """Nobody has to restart the process."""
    folder = tmp_path / "later"
    ledger = sqlite_stores(str(folder / "ledger.sqlite")).ledger
    with pytest.raises(UnavailableError):
        await ledger.find("key")
    folder.mkdir()

    assert isinstance(await ledger.claim(fact(), now=NOW, resend=True), Lease)
    await ledger.close()


def locked(path: Path) -> sqlite3.Connection:
    """Return a connection that holds the write lock of a ledger that exists."""

    async def make() -> None:
        ledger = sqlite_stores(str(path)).ledger
        await ledger.find("key")
        await ledger.close()

    asyncio.run(make())
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_a_busy_store_is_waited_for_without_blocking_the_loop(tmp_path: Path) -> None:
    """Other requests go on meanwhile."""
    connection = locked(tmp_path / "ledger.sqlite")

    async def claim() -> tuple[object, int]:
        ledger = sqlite_stores(str(tmp_path / "ledger.sqlite")).ledger
        claiming = asyncio.create_task(ledger.claim(fact(), now=NOW, resend=True))
        ticks = 0
        while ticks < 20:
            await asyncio.sleep(0.001)
            ticks += 1
            assert not claiming.done()
        connection.execute("COMMIT")
        claim = await claiming
        await ledger.close()
        return claim, ticks

    claim_, ticks = asyncio.run(claim())
    connection.close()

    assert isinstance(claim_, Lease)
    assert ticks == 20


def test_a_store_that_stays_busy_is_unavailable(tmp_path: Path) -> None:
    """After five seconds: the sender will be back."""
    connection = locked(tmp_path / "ledger.sqlite")

    async def claim() -> float:
        ledger = sqlite_stores(str(tmp_path / "ledger.sqlite")).ledger
        started = asyncio.get_running_loop().time()
        with pytest.raises(UnavailableError, match=r"^STORE: SQLITE_BUSY$"):
            await ledger.claim(fact(), now=NOW, resend=True)
        await ledger.close()
        return asyncio.get_running_loop().time() - started

    seconds = run_fast(claim())
    connection.close()

    assert 5 <= seconds < 8


@in_a_loop
async def test_a_locked_store_can_be_read(tmp_path: Path) -> None:
    """In WAL mode no reader waits for a writer."""
    path = tmp_path / "ledger.sqlite"
    ledger = sqlite_stores(str(path)).ledger
    await ledger.claim(fact(), now=NOW, resend=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")

    assert await ledger.find(fact().key) is not None
    connection.close()
    await ledger.close()


@in_a_loop
async def test_what_has_expired_is_forgotten_when_the_store_is_opened(tmp_path: Path) -> None:
    """90 days after an entry last changed."""
    path = str(tmp_path / "ledger.sqlite")
    today = datetime.now(NOW.tzinfo)
    ledger = sqlite_stores(path).ledger
    for days in (89, 91):
        moment = today - timedelta(days=days)
        await ledger.record(fact(str(days)), State.REJECTED, now=moment, reason="no")
    await ledger.close()

    found = [await ledger.find(fact(str(days)).key) for days in (89, 91)]
    await ledger.close()

    assert [entry is not None for entry in found] == [True, False]


@in_a_loop
async def test_many_requests_of_one_process_open_the_store_once(tmp_path: Path) -> None:
    """And exactly one of them is granted."""
    ledger = sqlite_stores(str(tmp_path / "ledger.sqlite")).ledger

    claims = await asyncio.gather(*(ledger.claim(fact(), now=NOW, resend=True) for _ in range(50)))
    await ledger.close()

    assert [Lease] == [type(claim) for claim in claims if isinstance(claim, Lease)]


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    """A cold start does no work for it."""
    sqlite_stores(str(tmp_path / "ledger.sqlite"))

    assert list(tmp_path.iterdir()) == []
