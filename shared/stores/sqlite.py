"""The embedded store: local runs, tests, the demo. Safe for several processes.

Every change is one statement, so SQLite's own locking makes it atomic. A statement takes some
fifty microseconds and runs on the event loop; when another process holds the write lock it waits
by `asyncio.sleep`, never by blocking. WAL with `synchronous=NORMAL` survives any crash of the
process; a power cut may cost the last commits (docs/decisions/0006-sqlite-on-the-event-loop.md).
"""

import asyncio
import random
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from shared.conversions.moment import micros
from shared.errors import LeaseLostError, UnavailableError
from shared.stores import sqlite_schema as schema
from shared.stores.entry import Entry, Fact, State
from shared.stores.protocol import LEASE, RETENTION, Done, InProgress, Lease

_PATIENCE_SECONDS: Final = 5.0
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY_CODE: Final = 0xFF  # the rest of an error code is detail


class SqliteLedger:
    """A `Ledger` in one SQLite file.

    Args:
        path: The file; it is made when absent, its folder is not.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._opening = asyncio.Lock()

    async def claim(self, fact: Fact, *, now: datetime, resend: bool) -> Lease | Done | InProgress:
        """See `Ledger.claim`."""
        holder = uuid.uuid4().hex
        row = await self._one(
            schema.CLAIM,
            {
                **schema.fact_columns(fact),
                "holder": holder,
                "now": micros(now),
                "lease_until": micros(now + LEASE),
                "expires_at": micros(now + RETENTION),
                "resend": resend,
            },
        )
        if row is not None:
            return Lease(fact.key, holder, attempt=row[0], sending_began=bool(row[1]))
        entry = await self.find(fact.key)
        if entry is not None and entry.state in (State.DELIVERED, State.UNCERTAIN):
            return Done(entry.state)
        # Claimed; or, between the two statements, released: then a retry is due at once.
        return InProgress((entry and entry.lease_until) or now)

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """See `Ledger.begin`."""
        await self._held(schema.BEGIN, lease, {"now": micros(now)})

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
        values = {
            "state": state.value,
            "reason": reason,
            "replay": replay,
            "now": micros(now),
            "expires_at": micros(now + RETENTION),
        }
        await self._held(schema.SETTLE, lease, values)

    async def release(self, lease: Lease) -> None:
        """See `Ledger.release`."""
        await self._rows(schema.RELEASE, {"key": lease.key, "holder": lease.holder})

    async def record(
        self,
        fact: Fact,
        state: State,
        *,
        now: datetime,
        reason: str,
        replay: bytes | None = None,
    ) -> None:
        """See `Ledger.record`."""
        values = {
            **schema.fact_columns(fact),
            "state": state.value,
            "reason": reason,
            "replay": replay,
            "now": micros(now),
            "expires_at": micros(now + RETENTION),
        }
        await self._rows(schema.RECORD, values)

    async def find(self, key: str) -> Entry | None:
        """See `Ledger.find`."""
        row = await self._one(schema.FIND, {"key": key})
        return None if row is None else schema.entry(row)

    async def close(self) -> None:
        """See `Ledger.close`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _held(self, statement: str, lease: Lease, values: Mapping[str, object]) -> None:
        held = {"key": lease.key, "holder": lease.holder}
        if await self._one(statement, {**values, **held}) is None:
            raise LeaseLostError("the lease was taken over")

    async def _one(self, statement: str, values: dict[str, object]) -> Sequence[Any] | None:
        rows = await self._rows(statement, values)
        return rows[0] if rows else None

    async def _rows(self, statement: str, values: dict[str, object]) -> list[Sequence[Any]]:
        """Run one statement, waiting for other processes without blocking the loop."""
        give_up_at = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while True:
            try:
                connection = self._connection or await self._open()
                return connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
                if code not in _BUSY or asyncio.get_running_loop().time() >= give_up_at:
                    name = getattr(error, "sqlite_errorname", type(error).__name__)
                    raise UnavailableError(f"STORE: {name}") from None
            await asyncio.sleep(random.uniform(0.001, 0.010))  # noqa: S311 - jitter

    async def _open(self) -> sqlite3.Connection:
        async with self._opening:
            if self._connection is None:
                connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
                try:
                    for statement in schema.OPENING:
                        connection.execute(statement)
                    connection.execute(schema.FORGET, {"now": micros(datetime.now(UTC))})
                except sqlite3.Error:
                    connection.close()
                    raise
                self._connection = connection
            return self._connection
