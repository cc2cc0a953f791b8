"""One file, one connection: several statements are one change or none."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from shared.errors import UnavailableError
from shared.stores.sqlite.database import SqliteDatabase
from shared.stores.sqlite.stores import sqlite_stores
from tests.stores.orders import order
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop

COUNT = "SELECT count(*) FROM context"


def put(connection: sqlite3.Connection, reference: str) -> None:
    """Write one row."""
    connection.execute("INSERT INTO context VALUES (?, x'', ?)", (reference, 2**62))


@pytest.mark.parametrize("failure", [KeyError, KeyboardInterrupt, asyncio.CancelledError])
@in_a_loop
async def test_a_change_that_fails_is_none(tmp_path: Path, failure: type[BaseException]) -> None:
    """And the next one finds no transaction open."""
    database = SqliteDatabase(str(tmp_path / "store.sqlite"))

    def fail(connection: sqlite3.Connection) -> None:
        put(connection, "a")
        raise failure

    with pytest.raises(failure):
        await database.transaction(fail)
    await database.transaction(lambda connection: put(connection, "b"))

    assert await database.rows("SELECT reference FROM context", {}) == [("b",)]
    await database.close()


@in_a_loop
async def test_a_statement_that_fails_undoes_those_before_it(tmp_path: Path) -> None:
    """The error names the store, and nothing of what was written."""
    database = SqliteDatabase(str(tmp_path / "store.sqlite"))

    def fail(connection: sqlite3.Connection) -> None:
        put(connection, "jane@example.com")
        put(connection, "jane@example.com")

    with pytest.raises(UnavailableError, match=r"^STORE: SQLITE_CONSTRAINT_PRIMARYKEY$") as caught:
        await database.transaction(fail)

    assert caught.value.__cause__ is None
    assert await database.one(COUNT, {}) == (0,)
    await database.close()


@in_a_loop
async def test_a_change_waits_for_another_process(tmp_path: Path) -> None:
    """It is made once, when the file is free."""
    path = tmp_path / "store.sqlite"
    database = SqliteDatabase(str(path))
    await database.one(COUNT, {})
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    changing = asyncio.create_task(database.transaction(lambda connection: put(connection, "a")))
    await asyncio.sleep(0.05)
    assert not changing.done()
    other.execute("COMMIT")
    await changing
    other.close()

    assert await database.one(COUNT, {}) == (1,)
    await database.close()


@in_a_loop
async def test_ledger_orders_and_contexts_share_one_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened once, when it is needed; and once more after it was closed."""
    opened: list[str] = []
    connect = sqlite3.connect

    def counting(path: str, *, timeout: float, isolation_level: None) -> sqlite3.Connection:
        opened.append(path)
        return connect(path, timeout=timeout, isolation_level=isolation_level)

    monkeypatch.setattr(sqlite3, "connect", counting)
    stores = sqlite_stores(str(tmp_path / "store.sqlite"))
    assert opened == []
    for times in (1, 2):
        await asyncio.gather(
            stores.ledger.find("key"),
            stores.orders.remember(order(), ["cs_1"], now=NOW),
            stores.contexts.put(["cs_1"], IN_SESSION, now=NOW),
        )
        await stores.close()
        await stores.close()
        assert len(opened) == times
