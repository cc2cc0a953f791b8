"""One SQLite file, opened once per process and shared by everything that is stored in it.

A statement takes some tens of microseconds and runs on the event loop; when another process holds
the write lock it waits by `asyncio.sleep`, never by blocking. WAL with `synchronous=NORMAL`
survives any crash of the process; a power cut may cost the last commits
(docs/decisions/0006-sqlite-on-the-event-loop.md).
"""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec

from shared.deadline import give_up_at as deadline_of
from shared.domain.timestamps import to_unix_micros
from shared.errors import UnavailableError
from shared.stores.sqlite.schema import FORGETTING, LATER_COLUMNS, OPENING, TABLES

T = TypeVar("T")
Row = tuple[Any, ...]

_PATIENCE_SECONDS: Final = 5.0
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY_CODE: Final = 0xFF  # the rest of an error code is detail


class SqliteDatabase:
    """A database file, safe for several processes. Nothing is opened before it is needed.

    Every method raises `UnavailableError` when the file cannot be used.

    Args:
        path: The file; it is made when absent, its folder is not.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    async def rows(self, statement: str, values: Mapping[str, object]) -> list[Row]:
        """Run one statement, atomic by itself, and return its rows."""
        return await self._patiently(lambda c: c.execute(statement, values).fetchall())

    async def one(self, statement: str, values: Mapping[str, object]) -> Row | None:
        """Run one statement, atomic by itself, and return its first row, if there is one."""
        rows = await self.rows(statement, values)
        return rows[0] if rows else None

    async def transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run several statements as one change.

        Args:
            work: Runs them. It is no coroutine, so that no other request of this process comes
                in between; it may run again, after a rollback, where the file was busy.
        """
        return await self._patiently(lambda connection: _atomically(connection, work))

    async def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _patiently(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the file, waiting for other processes without blocking the loop."""
        clock = asyncio.get_running_loop().time
        give_up_at: float | None = None
        while True:
            try:
                return work(self._connection or self._open())
            except sqlite3.Error as error:
                give_up_at = give_up_at or deadline_of(_PATIENCE_SECONDS)
                code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
                if code not in _BUSY or clock() >= give_up_at:
                    name = getattr(error, "sqlite_errorname", type(error).__name__)
                    raise UnavailableError(f"STORE: {name}") from None
            await asyncio.sleep(random.uniform(0.001, 0.010))  # noqa: S311 - jitter

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        try:
            for statement in OPENING:
                connection.execute(statement)
            _atomically(connection, _prepare)
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection
        return connection


def array(texts: Sequence[str]) -> str:
    """Return texts as `json_each` reads them: one statement for any number of them."""
    return msgspec.json.encode(texts).decode()


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables and columns that are not there, and forget what has expired."""
    for statement in TABLES:
        connection.execute(statement)
    there = {row[1] for row in connection.execute("PRAGMA table_info(ledger)")}
    for name, kind in LATER_COLUMNS.items():
        if name not in there:
            connection.execute(f"ALTER TABLE ledger ADD COLUMN {name} {kind}")
    for statement in FORGETTING:
        connection.execute(statement, {"now": to_unix_micros(datetime.now(UTC))})


def _atomically(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    # The write lock from the start: a transaction that began by reading could find, when it
    # comes to write, that another process wrote first.
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite has rolled back by itself after some errors
            connection.execute("ROLLBACK")
        raise
    return result
