"""Contexts in SQLite: one row per reference, one statement per method."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.conversions.context import Context
from shared.conversions.moment import micros
from shared.conversions.record import decode_context, encode
from shared.stores.orders import RETENTION
from shared.stores.reference import hashed
from shared.stores.sqlite_database import SqliteDatabase, array

# `WHERE true`: without it SQLite takes the ON of the conflict for one of a join.
_PUT: Final = """
INSERT INTO context SELECT value, :context, :expires_at FROM json_each(:references) WHERE true
ON CONFLICT (reference) DO UPDATE SET
    context = CASE WHEN :first_wins THEN context ELSE excluded.context END,
    expires_at = excluded.expires_at
"""

_GET: Final = """
SELECT context FROM json_each(:references) AS wanted
CROSS JOIN context ON context.reference = wanted.value
ORDER BY wanted.key LIMIT 1
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
    ) -> None:
        """See `Contexts.put`."""
        values = {
            "references": array(hashed(references)),
            "context": encode(context),
            "expires_at": micros(now + RETENTION),
            "first_wins": first_wins,
        }
        await self._database.rows(_PUT, values)

    async def get(self, references: Sequence[str]) -> Context | None:
        """See `Contexts.get`."""
        row = await self._database.one(_GET, {"references": array(hashed(references))})
        return None if row is None else decode_context(row[0])
