"""What the ledger in SQLite says of many entries at once."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

from shared.domain.timestamps import to_unix_micros
from shared.stores.entry import Entry
from shared.stores.protocol import RELEASED_AT_ONCE
from shared.stores.query import Query
from shared.stores.reference import hashed
from shared.stores.sqlite.database import SqliteDatabase, array
from shared.stores.sqlite.ledger_rows import COLUMNS, entry
from shared.stores.stats import Kind, Stats

_PAGE: Final = 200
_END_OF_TIME: Final = 2**63 - 1

# `instr` and not LIKE: what is looked for may hold a percent sign.
_ENTRIES: Final = f"""
SELECT {COLUMNS}, key FROM ledger
WHERE (created_at, key) < (:before, :before_key)
  AND created_at >= :since
  AND (:any_state OR state IN (SELECT value FROM json_each(:states)))
  AND (:event_name IS NULL OR event_name = :event_name)
  AND (:source IS NULL OR instr(source, :source))
  AND (:reason IS NULL OR instr(reason, :reason))
  AND (:business_key IS NULL OR :business_key IN (business_key, transaction_id))
ORDER BY created_at DESC, key DESC LIMIT :page
"""  # noqa: S608 - no input

_STATS: Final = """
SELECT state, attribution, context_source, consent_analytics, late_hours IS NOT NULL, count(*)
FROM ledger WHERE created_at >= :since AND created_at < :until
GROUP BY 1, 2, 3, 4, 5
"""

_WITHHELD: Final = f"""
SELECT {COLUMNS} FROM ledger
WHERE key IN (
    SELECT ledger_reference.key FROM json_each(:references) AS wanted
    CROSS JOIN ledger_reference ON ledger_reference.reference = wanted.value
)
AND state = 'withheld' AND expires_at >= :now
ORDER BY created_at, key LIMIT {RELEASED_AT_ONCE}
"""  # noqa: S608 - no input


async def entries(database: SqliteDatabase, query: Query) -> AsyncIterator[Entry]:
    """See `Ledger.entries`."""
    until = _END_OF_TIME if query.until is None else to_unix_micros(query.until)
    values: dict[str, object] = {
        "since": -_END_OF_TIME if query.since is None else to_unix_micros(query.since),
        "any_state": not query.states,
        "states": array(sorted(query.states)),
        "event_name": query.event_name,
        "source": query.source,
        "reason": query.reason,
        "business_key": query.business_key,
        "page": _PAGE,
    }
    before: tuple[int, str] = (until, "")
    while True:
        place = {"before": before[0], "before_key": before[1]}
        rows = await database.rows(_ENTRIES, {**values, **place})
        for row in rows:
            yield entry(row)
        if len(rows) < _PAGE:
            return
        before = (to_unix_micros(entry(rows[-1]).created_at), rows[-1][-1])


async def stats(database: SqliteDatabase, since: datetime, until: datetime) -> Stats:
    """See `Ledger.stats`."""
    rows = await database.rows(
        _STATS, {"since": to_unix_micros(since), "until": to_unix_micros(until)}
    )
    counts: dict[Kind, int] = {}
    for state, attribution, source, consent, late, count in rows:
        kind = Kind.of(state, attribution, source, consent, late=bool(late))
        counts[kind] = counts.get(kind, 0) + count
    return Stats(counts)


async def withheld(
    database: SqliteDatabase, references: Sequence[str], now: datetime
) -> Sequence[Entry]:
    """See `Ledger.withheld`."""
    values = {"references": array(hashed(references)), "now": to_unix_micros(now)}
    return [entry(row) for row in await database.rows(_WITHHELD, values)]
