"""The ledger in SQLite: every change is one statement, so SQLite's own locking makes it atomic."""

import sqlite3
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

import msgspec

from shared.domain.timestamps import to_unix_micros
from shared.errors import LeaseLostError
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.protocol import LEASE, RETENTION, Done, InProgress, Lease
from shared.stores.query import Query
from shared.stores.reference import hashed
from shared.stores.sqlite import ledger_lists as lists
from shared.stores.sqlite import ledger_rows as sql
from shared.stores.sqlite.database import SqliteDatabase, array
from shared.stores.stats import Stats


class SqliteLedger:
    """A `Ledger` in one SQLite file.

    Args:
        database: The file.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def claim(
        self, fact: LedgerEvent, *, now: datetime, resend: bool
    ) -> Lease | Done | InProgress:
        """See `Ledger.claim`."""
        holder = uuid.uuid4().hex
        row = await self._database.one(
            sql.CLAIM,
            {
                **sql.fact_columns(fact),
                "holder": holder,
                "now": to_unix_micros(now),
                "lease_until": to_unix_micros(now + LEASE),
                "expires_at": to_unix_micros(now + RETENTION),
                "resend": resend,
            },
        )
        if row is not None:
            return Lease(fact.key, holder, row[0], sending_began=bool(row[1]), sent=row[2])
        entry = await self.find(fact.key)
        if entry is not None and entry.state in (State.DELIVERED, State.UNCERTAIN, State.REVERSED):
            return Done(entry.state)
        # Claimed; or, between the two statements, released: then a retry is due at once.
        return InProgress((entry and entry.lease_until) or now)

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """See `Ledger.begin`."""
        await self._held(sql.BEGIN, lease, {"now": to_unix_micros(now)})

    async def settle(
        self,
        lease: Lease,
        state: State,
        *,
        now: datetime,
        reason: str | None = None,
        replay: bytes | None = None,
    ) -> None:
        """See `Ledger.settle`."""
        await self._held(sql.SETTLE, lease, sql.end_columns(state, now, reason, replay))

    async def release(self, lease: Lease) -> None:
        """See `Ledger.release`."""
        held = {"key": lease.key, "holder": lease.holder}
        if await self._database.one(sql.RELEASE, held) is not None:
            return
        # It was more than a first claim. Nobody but its holder changes what was before, so the
        # two statements need no transaction: a lease that is lost in between restores nothing.
        earlier = await self._database.one(sql.EARLIER, held)
        if earlier is not None:
            await self._database.rows(
                sql.RESTORE, {**sql.NOTHING_TOLD, **msgspec.json.decode(earlier[0]), **held}
            )

    async def record(  # noqa: PLR0913 - a whole entry
        self,
        fact: LedgerEvent,
        state: State,
        *,
        now: datetime,
        reason: str,
        replay: bytes | None = None,
        references: Sequence[str] = (),
    ) -> None:
        """See `Ledger.record`."""
        values = {**sql.fact_columns(fact), **sql.end_columns(state, now, reason, replay)}
        waiting = {
            "key": fact.key,
            "references": array(hashed(references)),
            "expires_at": values["expires_at"],
        }

        def write(connection: sqlite3.Connection) -> None:
            if connection.execute(sql.RECORD, values).fetchone() is None:
                return
            connection.execute(sql.UNREFER, {"key": fact.key})
            if references:
                connection.execute(sql.REFER, waiting)

        await self._database.transaction(write)

    async def reverse(
        self, fact: LedgerEvent, *, now: datetime, reason: str
    ) -> Entry | InProgress | None:
        """See `Ledger.reverse`."""
        values = {**sql.fact_columns(fact), **sql.end_columns(State.REVERSED, now, reason)}

        def write(connection: sqlite3.Connection) -> Entry | InProgress | None:
            row = connection.execute(sql.FIND, {"key": fact.key}).fetchone()
            before = None if row is None else sql.entry(row)
            if before is not None and before.lease_until is not None and before.lease_until > now:
                return InProgress(before.lease_until)
            connection.execute(sql.REVERSE, values)
            connection.execute(sql.UNREFER, {"key": fact.key})
            return before

        return await self._database.transaction(write)

    async def find(self, key: str) -> Entry | None:
        """See `Ledger.find`."""
        row = await self._database.one(sql.FIND, {"key": key})
        return None if row is None else sql.entry(row)

    async def entries(self, query: Query) -> AsyncIterator[Entry]:
        """See `Ledger.entries`."""
        async for entry in lists.entries(self._database, query):
            yield entry

    async def stats(self, since: datetime, until: datetime) -> Stats:
        """See `Ledger.stats`."""
        return await lists.stats(self._database, since, until)

    async def withheld(self, references: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """See `Ledger.withheld`."""
        return await lists.withheld(self._database, references, now)

    async def close(self) -> None:
        """See `Ledger.close`."""
        await self._database.close()

    async def _held(self, statement: str, lease: Lease, values: Mapping[str, object]) -> None:
        held = {"key": lease.key, "holder": lease.holder}
        if await self._database.one(statement, {**values, **held}) is None:
            raise LeaseLostError("the lease was taken over")
