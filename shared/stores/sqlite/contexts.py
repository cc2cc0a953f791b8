"""Contexts in SQLite: one row per reference."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.domain.context import Context
from shared.domain.merge_contexts import combine_contexts, merge_contexts
from shared.domain.records import decode_context, encode
from shared.domain.timestamps import to_unix_micros
from shared.domain.without_session import without_session
from shared.stores.orders import RETENTION
from shared.stores.reference import hashed
from shared.stores.sqlite.database import SqliteDatabase, array

_PUT: Final = """
INSERT INTO context VALUES (:reference, :context, :expires_at)
ON CONFLICT (reference) DO UPDATE SET
    context = excluded.context, expires_at = max(expires_at, excluded.expires_at)
"""

_GET: Final = """
SELECT wanted.value, context.context FROM json_each(:references) AS wanted
CROSS JOIN context ON context.reference = wanted.value
ORDER BY wanted.key
"""


class SqliteContexts:
    """`Contexts` in one SQLite file.

    Args:
        database: The file.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def put(
        self,
        references: Sequence[str],
        context: Context,
        *,
        now: datetime,
        first_wins: bool = False,
        retention: timedelta = RETENTION,
    ) -> None:
        """See `Contexts.put`."""
        keys, expires_at = hashed(references), to_unix_micros(now + retention)
        if not keys:
            return

        def work(connection: sqlite3.Connection) -> None:
            known = dict(connection.execute(_GET, {"references": array(keys)}).fetchall())
            for key in keys:
                whole = (
                    merge_contexts(decode_context(known[key]), context, first_wins=first_wins)
                    if key in known
                    else context
                )
                values = {"reference": key, "context": encode(whole), "expires_at": expires_at}
                connection.execute(_PUT, values)

        await self._database.transaction(work)

    async def get(
        self, references: Sequence[str], *, lasting: Sequence[str] = ()
    ) -> Context | None:
        """See `Contexts.get`."""
        rows = await self._database.rows(_GET, {"references": array(hashed(references))})
        shared = frozenset(hashed(lasting))
        return combine_contexts(
            [
                without_session(found) if key in shared else found
                for key, found in ((key, decode_context(context)) for key, context in rows)
            ]
        )
