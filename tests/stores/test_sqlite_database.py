"""One file, one connection: several changes are one commit or none."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import UnavailableError
from shared.stores.document import REFERENCES, Change, ConflictError, Document
from shared.stores.sqlite import database as module
from shared.stores.sqlite import rows
from shared.stores.sqlite.database import SqliteDatabase, sqlite_stores
from tests.stores.orders import order
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop

FIELDS = {"context": b"{}", "expires_at": NOW}


def opened(folder: Path) -> SqliteDatabase:
    """Open a database."""
    return SqliteDatabase(str(folder / "store.sqlite"), lambda: NOW)


def made(*names: str) -> list[Change]:
    """Return what makes documents."""
    return [Change(Document(REFERENCES, name), FIELDS) for name in names]


async def there(database: SqliteDatabase, *names: str) -> list[str]:
    """Return which of some documents are there."""
    found = await database.read([(REFERENCES, name) for name in names])
    return [document.name for document in found if document.version is not None]


@pytest.mark.parametrize("failure", [KeyError, KeyboardInterrupt, asyncio.CancelledError])
@in_a_loop
async def test_a_commit_that_fails_changes_nothing(
    tmp_path: Path, failure: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next one finds no transaction open."""
    database = opened(tmp_path)

    class Failing(dict[str, object]):
        def items(self) -> Iterator[tuple[str, object]]:  # type: ignore[override]
            yield from super().items()
            raise failure

    statements = vars(module)["_statements"]
    with monkeypatch.context() as patched:
        patched.setattr(module, "_statements", lambda *changes: Failing(statements(*changes)))
        with pytest.raises(failure):
            await database.commit(made("a", "c"))
    await database.commit(made("b"))

    assert await there(database, "a", "b", "c") == ["b"]
    await database.close()


@in_a_loop
async def test_a_change_that_comes_too_late_undoes_those_beside_it(tmp_path: Path) -> None:
    """Whether the document was made, changed or deleted meanwhile."""
    database = opened(tmp_path)
    await database.commit(made("a", "b"))
    (first, second) = await database.read([(REFERENCES, "a"), (REFERENCES, "b")])
    await database.commit([Change(first, {**FIELDS, "context": b"1"}), Change(second, None)])

    for late in (*made("a"), Change(first, FIELDS), Change(first, None), Change(second, FIELDS)):
        with pytest.raises(ConflictError):
            await database.commit([*made("c"), late])

    assert await there(database, "a", "b", "c") == ["a"]
    await database.close()


@in_a_loop
async def test_what_is_made_again_is_another_document(tmp_path: Path) -> None:
    """Who read the first cannot change the second."""
    database = opened(tmp_path)
    await database.commit(made("a"))
    (first,) = await database.read([(REFERENCES, "a")])
    await database.commit([Change(first, None)])
    await database.commit(made("a"))

    with pytest.raises(ConflictError):
        await database.commit([Change(first, None)])
    await database.close()


@in_a_loop
async def test_an_error_names_the_store_and_nothing_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that SQLite refuses."""
    database = opened(tmp_path)
    monkeypatch.setitem(rows.INSERT, REFERENCES, "INSERT INTO jane VALUES (:key)")

    with pytest.raises(UnavailableError, match=r"^STORE: SQLITE_ERROR$") as caught:
        await database.commit(made("a"))

    assert caught.value.__cause__ is None
    assert await there(database, "a") == []
    await database.close()


@in_a_loop
async def test_a_commit_waits_for_another_process(tmp_path: Path) -> None:
    """It is made once, when the file is free."""
    database = opened(tmp_path)
    await there(database, "a")
    other = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    changing = asyncio.create_task(database.commit(made("a")))
    await asyncio.sleep(0.05)
    assert not changing.done()
    other.execute("COMMIT")
    await changing
    other.close()

    assert await there(database, "a") == ["a"]
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
