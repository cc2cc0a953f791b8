"""What the ledger in SQLite says of many entries at once."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from shared.stores.document import Document
from shared.stores.entry import Entry
from shared.stores.ledger_fields import entry
from shared.stores.query import MOST_MENTIONING, RELEASED_AT_ONCE, Query
from shared.stores.sqlite.rows import LEDGER_COLUMNS, ledger_document, moment
from shared.stores.stats import Kind, Stats

Ask = Callable[[str, Mapping[str, object]], Awaitable[list[tuple[Any, ...]]]]
"""`SqliteDatabase.ask`."""

_PAGE: Final = 200
_END_OF_TIME: Final = 2**63 - 1

# `instr` and not LIKE: what is looked for may hold a percent sign.
_ENTRIES: Final = f"""
SELECT {LEDGER_COLUMNS} FROM ledger
WHERE (created_at, key) < (:before, :before_key)
  AND created_at >= :since AND expires_at > :now
  AND CASE WHEN :any_state THEN state <> 'ignored'
      ELSE state IN (SELECT value FROM json_each(:states)) END
  AND (:event_name IS NULL OR event_name = :event_name)
  AND (:source IS NULL OR instr(source, :source))
  AND (:reason IS NULL OR instr(reason, :reason))
  AND (:business_key IS NULL OR :business_key IN (business_key, transaction_id))
ORDER BY created_at DESC, key DESC LIMIT :page
"""  # noqa: S608 - no input

_STATS: Final = """
SELECT state, attribution, context_source, consent_analytics, late_hours IS NOT NULL, count(*)
FROM ledger WHERE created_at >= :since AND created_at < :until AND expires_at > :now
  AND state <> 'ignored'
GROUP BY 1, 2, 3, 4, 5
"""

_WITHHELD: Final = f"""
SELECT {LEDGER_COLUMNS} FROM ledger
WHERE key IN (
    SELECT ledger_reference.key FROM json_each(:references) AS wanted
    CROSS JOIN ledger_reference ON ledger_reference.reference = wanted.value
)
AND state = 'withheld' AND expires_at >= :now
ORDER BY created_at, key LIMIT {RELEASED_AT_ONCE}
"""  # noqa: S608 - no input

_MENTIONING: Final = f"""
SELECT {LEDGER_COLUMNS} FROM ledger
WHERE expires_at > :now
  AND EXISTS (SELECT 1 FROM json_each(:names) AS wanted WHERE instr(mentions, wanted.value))
ORDER BY created_at DESC, key DESC LIMIT {MOST_MENTIONING}
"""  # noqa: S608 - no input

# What comes first is the condition of an index: most entries keep nothing.
_KEEPING: Final = f"""
SELECT {LEDGER_COLUMNS} FROM ledger
WHERE (replay IS NOT NULL OR state = 'claimed') AND expires_at > :now
  AND EXISTS (SELECT 1 FROM json_each(:names) AS wanted WHERE instr(mentions, wanted.value))
ORDER BY created_at DESC, key DESC LIMIT :most
"""  # noqa: S608 - no input

_DUE: Final = f"""
SELECT {LEDGER_COLUMNS} FROM ledger
WHERE check_at <= :now AND state = 'accepted' AND expires_at > :now
ORDER BY check_at, key LIMIT :most
"""  # noqa: S608 - no input


async def entries(ask: Ask, query: Query, now: datetime) -> AsyncIterator[Entry]:
    """See `Database.entries`."""
    values: dict[str, object] = {
        "since": moment(query.since, otherwise=-_END_OF_TIME),
        "now": moment(now, otherwise=0),
        "any_state": not query.states,
        "states": msgspec.json.encode(sorted(query.states)).decode(),
        "event_name": query.event_name,
        "source": query.source,
        "reason": query.reason,
        "business_key": query.business_key,
        "page": _PAGE,
    }
    before, before_key = moment(query.until, otherwise=_END_OF_TIME), ""
    while True:
        page = await ask(_ENTRIES, {**values, "before": before, "before_key": before_key})
        documents = [ledger_document(row) for row in page]
        for document in documents:
            yield entry(document)
        if len(page) < _PAGE:
            return
        last = documents[-1]
        before, before_key = moment(last.fields["created_at"], otherwise=0), last.name


async def stats(ask: Ask, since: datetime, until: datetime, now: datetime) -> Stats:
    """See `Database.stats`."""
    span = {"since": since, "until": until, "now": now}
    found = await ask(_STATS, {name: moment(at, otherwise=0) for name, at in span.items()})
    counts: dict[Kind, int] = {}
    for state, attribution, source, consent, late, count in found:
        kind = Kind.of(state, attribution, source, consent, late=bool(late))
        counts[kind] = counts.get(kind, 0) + count
    return Stats(counts)


async def withheld(ask: Ask, references: str, now: datetime) -> Sequence[Entry]:
    """See `Database.withheld`; the references are a JSON array."""
    values = {"references": references, "now": moment(now, otherwise=0)}
    return [entry(ledger_document(row)) for row in await ask(_WITHHELD, values)]


async def mentioning(ask: Ask, names: str, now: datetime) -> Sequence[Entry]:
    """See `Database.mentioning`; the names are a JSON array."""
    values = {"names": names, "now": moment(now, otherwise=0)}
    return [entry(ledger_document(row)) for row in await ask(_MENTIONING, values)]


async def keeping(ask: Ask, names: str, now: datetime, most: int) -> Sequence[Document]:
    """See `Database.keeping`; the names are a JSON array."""
    values = {"names": names, "now": moment(now, otherwise=0), "most": most}
    return [ledger_document(row) for row in await ask(_KEEPING, values)]


async def due(ask: Ask, now: datetime, most: int) -> Sequence[Document]:
    """See `Database.due`."""
    values = {"now": moment(now, otherwise=0), "most": most}
    return [ledger_document(row) for row in await ask(_DUE, values)]
