"""One SQLite file, opened once per process and shared by everything that is stored in it.

A statement takes some tens of microseconds and runs on the event loop; when another process holds
the write lock it waits by `asyncio.sleep`, never by blocking. WAL with `synchronous=NORMAL`
survives any crash of the process; a power cut may cost the last commits
(docs/decisions/0006-sqlite-on-the-event-loop.md).
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from shared.deadline import give_up_at as deadline_of
from shared.domain.timestamps import to_unix_micros
from shared.errors import MisconfiguredError, UnavailableError
from shared.stores.document import COLLECTIONS, LEDGER, Change, ConflictError, Document, Name
from shared.stores.entry import Entry
from shared.stores.query import Query
from shared.stores.sqlite import ledger_lists as lists
from shared.stores.sqlite import rows
from shared.stores.sqlite.schema import (
    FORGETTING,
    OPENING,
    REFER,
    TABLES,
    UNREFER,
    VERSION,
)
from shared.stores.stats import Stats
from shared.stores.stores import Stores, utc_now

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
        clock: The current time, UTC: what has expired when the file is opened is forgotten.
    """

    def __init__(self, path: str, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._connection: sqlite3.Connection | None = None

    @property
    def patience_seconds(self) -> float:
        """See `Database.patience_seconds`."""
        return _PATIENCE_SECONDS

    async def read(self, names: Sequence[Name]) -> list[Document]:
        """See `Database.read`."""

        def work(connection: sqlite3.Connection) -> list[Document]:
            found: dict[Name, Document] = {}
            for collection in COLLECTIONS:
                keys = [name for within, name in names if within == collection]
                if keys:
                    statement, values = rows.READ[collection], {"keys": array(keys)}
                    for row in connection.execute(statement, values):
                        found[collection, row[0]] = rows.DOCUMENT[collection](row)
            return [found.get(name) or Document(*name) for name in names]

        return await self._patiently(work)

    async def commit(self, changes: Sequence[Change]) -> list[int]:
        """See `Database.commit`."""

        def work(connection: sqlite3.Connection) -> list[int]:
            number = time.time_ns()  # the clock of every process of this machine
            for statement, together in _statements(changes, number).items():
                if connection.executemany(statement, together).rowcount < len(together):
                    raise ConflictError
            for change in changes:
                if change.document.collection == LEDGER and _waits(change):
                    _note_waiting(connection, change)
            return [number] * len(changes)

        if len(changes) == 1 and not _waits(changes[0]):
            return await self._patiently(work)  # one statement is atomic by itself
        return await self._patiently(lambda connection: _atomically(connection, work))

    async def ask(self, statement: str, values: Mapping[str, object]) -> list[Row]:
        """Run one statement that reads, and return its rows."""
        return await self._patiently(lambda c: c.execute(statement, values).fetchall())

    async def entries(self, query: Query, *, now: datetime) -> AsyncIterator[Entry]:
        """See `Database.entries`."""
        async for found in lists.entries(self.ask, query, now):
            yield found

    async def stats(self, since: datetime, until: datetime, *, now: datetime) -> Stats:
        """See `Database.stats`."""
        return await lists.stats(self.ask, since, until, now)

    async def withheld(self, names: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """See `Database.withheld`."""
        return await lists.withheld(self.ask, array(names), now)

    async def mentioning(self, names: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """See `Database.mentioning`."""
        return await lists.mentioning(self.ask, array(names), now)

    async def keeping(
        self, names: Sequence[str], *, now: datetime, most: int
    ) -> Sequence[Document]:
        """See `Database.keeping`."""
        return await lists.keeping(self.ask, array(names), now, most)

    async def due(self, *, now: datetime, most: int) -> Sequence[Document]:
        """See `Database.due`."""
        return await lists.due(self.ask, now, most)

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
            _atomically(connection, lambda c: _prepare(c, self._clock()))
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection


def array(texts: Sequence[str]) -> str:
    """Return texts as `json_each` reads them: one statement for any number of them."""
    return msgspec.json.encode(texts).decode()


def _prepare(connection: sqlite3.Connection, now: datetime) -> None:
    """Make the tables where there are none, and forget what has expired.

    Raises:
        MisconfiguredError: The file is another version's.
    """
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    if version != VERSION and tables:
        raise MisconfiguredError(
            "STORE: this file was made by another version of the connectors;"
            " choose another file, or remove it"
        )
    for statement in (*TABLES, f"PRAGMA user_version = {VERSION}"):
        connection.execute(statement)
    for statement in FORGETTING:
        connection.execute(statement, {"now": to_unix_micros(now)})


def _statements(changes: Sequence[Change], number: int) -> dict[str, list[dict[str, object]]]:
    """Return the statements of a commit, each with the values of every change it makes."""
    statements: dict[str, list[dict[str, object]]] = {}
    for change in changes:
        document, fields = change.document, change.fields
        if fields is None:
            values: dict[str, object] = {"key": document.name, "was": document.version}
            statement = rows.DELETE[document.collection]
        else:
            statement, values = rows.written(document, fields, number)
        statements.setdefault(statement, []).append(values)
    return statements


def _waits(change: Change) -> bool:
    """Return whether a change is of an entry that waits for a context, or did."""
    after = change.fields.get("waits_for") if change.fields else None
    return bool(after or change.document.fields.get("waits_for"))


def _note_waiting(connection: sqlite3.Connection, change: Change) -> None:
    """Keep what an entry waits for where it is found."""
    waits_for = array(change.fields["waits_for"] if change.fields else ())
    values = {"key": change.document.name, "waits_for": waits_for}
    connection.execute(UNREFER, values)
    connection.execute(REFER, values)


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


def sqlite_stores(path: str, *, clock: Callable[[], datetime] = utc_now) -> Stores:
    """Return the stores of one file, over one connection; nothing is opened yet.

    Args:
        path: The file; it is made when absent, its folder is not.
        clock: The current time, UTC: what has expired is not there.
    """
    return Stores(SqliteDatabase(path, clock), clock)
