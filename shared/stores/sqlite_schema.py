"""The ledger's table in SQLite and its statements, one per method."""

from decimal import Decimal
from typing import Any, Final

from shared.conversions.moment import from_micros, micros
from shared.stores.entry import Entry, Fact, State

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS ledger (
    key TEXT PRIMARY KEY,
    measurement_id TEXT NOT NULL,
    event_name TEXT NOT NULL,
    business_key TEXT NOT NULL,
    transaction_id TEXT,
    currency TEXT,
    value TEXT,
    occurred_at INTEGER,
    source TEXT NOT NULL,
    attribution TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    attempt INTEGER NOT NULL,
    sending INTEGER NOT NULL,
    holder TEXT,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    replay BLOB
) STRICT
"""

OPENING: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    _TABLE,
)

FORGET: Final = "DELETE FROM ledger WHERE expires_at < :now"

CLAIM: Final = """
INSERT INTO ledger VALUES (
    :key, :measurement_id, :event_name, :business_key, :transaction_id, :currency, :value,
    :occurred_at, :source, :attribution, 'claimed', NULL, 1, 0, :holder, :lease_until,
    :now, :now, :expires_at, NULL
)
ON CONFLICT (key) DO UPDATE SET
    transaction_id = excluded.transaction_id,
    currency = excluded.currency,
    value = excluded.value,
    occurred_at = excluded.occurred_at,
    source = excluded.source,
    attribution = excluded.attribution,
    state = 'claimed',
    reason = NULL,
    attempt = ledger.attempt + 1,
    holder = excluded.holder,
    lease_until = excluded.lease_until,
    updated_at = excluded.updated_at,
    expires_at = excluded.expires_at,
    replay = NULL
WHERE ledger.state IN ('rejected', 'withheld')
   OR (ledger.state = 'claimed' AND ledger.lease_until <= :now)
   OR (ledger.state = 'uncertain' AND :resend)
RETURNING attempt, sending
"""

_HELD: Final = "WHERE key = :key AND holder = :holder AND state = 'claimed'"

BEGIN: Final = f"UPDATE ledger SET sending = 1, updated_at = :now {_HELD} RETURNING key"  # noqa: S608 - no input

SETTLE: Final = f"""
UPDATE ledger SET
    state = :state, reason = :reason, replay = :replay, updated_at = :now,
    expires_at = :expires_at, holder = NULL, lease_until = NULL
{_HELD} RETURNING key
"""  # noqa: S608 - no input

RELEASE: Final = f"DELETE FROM ledger {_HELD}"  # noqa: S608 - no input

RECORD: Final = """
INSERT INTO ledger VALUES (
    :key, :measurement_id, :event_name, :business_key, :transaction_id, :currency, :value,
    :occurred_at, :source, :attribution, :state, :reason, 1, 0, NULL, NULL,
    :now, :now, :expires_at, :replay
)
ON CONFLICT (key) DO UPDATE SET
    state = excluded.state,
    reason = excluded.reason,
    attempt = ledger.attempt + 1,
    source = excluded.source,
    updated_at = excluded.updated_at,
    expires_at = excluded.expires_at,
    replay = excluded.replay
WHERE ledger.state IN ('rejected', 'withheld')
"""

FIND: Final = """
SELECT measurement_id, event_name, business_key, transaction_id, currency, value, occurred_at,
    source, attribution, state, reason, attempt, sending, lease_until, created_at, updated_at,
    expires_at, replay
FROM ledger WHERE key = :key
"""


def fact_columns(fact: Fact) -> dict[str, object]:
    """Return a fact as columns."""
    return {
        "key": fact.key,
        "measurement_id": fact.measurement_id,
        "event_name": fact.event_name,
        "business_key": fact.business_key,
        "transaction_id": fact.transaction_id,
        "currency": fact.currency,
        "value": None if fact.value is None else str(fact.value),
        "occurred_at": None if fact.occurred_at is None else micros(fact.occurred_at),
        "source": fact.source,
        "attribution": fact.attribution,
    }


def entry(row: Any) -> Entry:  # noqa: ANN401 - a row of sqlite3
    """Return a row of `FIND` as an entry."""
    return Entry(
        fact=Fact(
            measurement_id=row[0],
            event_name=row[1],
            business_key=row[2],
            transaction_id=row[3],
            currency=row[4],
            value=None if row[5] is None else Decimal(row[5]),
            occurred_at=None if row[6] is None else from_micros(row[6]),
            source=row[7],
            attribution=row[8],
        ),
        state=State(row[9]),
        reason=row[10],
        attempt=row[11],
        sending=bool(row[12]),
        lease_until=None if row[13] is None else from_micros(row[13]),
        created_at=from_micros(row[14]),
        updated_at=from_micros(row[15]),
        expires_at=from_micros(row[16]),
        replay=row[17],
    )
