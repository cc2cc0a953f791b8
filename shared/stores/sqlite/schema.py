"""The tables of the embedded store, how its file is opened, and what is forgotten then."""

from typing import Final

VERSION: Final = 5
"""Of the tables, as the file's `user_version`; a file of another version is not opened."""

OPENING: Final = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")

_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS ledger (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    measurement_id TEXT NOT NULL,
    event_name TEXT NOT NULL,
    business_key TEXT NOT NULL,
    transaction_id TEXT,
    currency TEXT,
    value TEXT,
    occurred_at INTEGER,
    source TEXT NOT NULL,
    attribution TEXT,
    consent_analytics TEXT,
    consent_ad_user_data TEXT,
    consent_ad_personalization TEXT,
    context_source TEXT,
    late_hours INTEGER,
    sink TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    attempt INTEGER NOT NULL,
    sending INTEGER NOT NULL,
    holder TEXT,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    replay BLOB,
    -- Of a claim: what the entry said before it, but for `replay`, which stays in its own column
    -- until the claim is settled.
    earlier BLOB,
    -- The references whose context an entry waits for, as JSON; `ledger_reference` finds them.
    waits_for TEXT NOT NULL,
    -- What it is about, hashed, as JSON. It has no index: each would cost every event. A person
    -- who asks can wait while the table is read; a denial looks at the few that keep something.
    mentions TEXT NOT NULL,
    ended_by TEXT,
    -- Of an event that a sink took: where it stands in which request, and what its status is
    -- followed by. `check_at` is when to look next.
    receipt BLOB,
    check_at INTEGER,
    -- Of one that is being sent: that its person denied meanwhile.
    forgotten INTEGER
) STRICT
"""

_KEEPING: Final = """
CREATE INDEX IF NOT EXISTS ledger_keeping ON ledger (created_at, key)
WHERE replay IS NOT NULL OR state = 'claimed'
"""

_WAITING: Final = """
CREATE TABLE IF NOT EXISTS ledger_reference (
    reference TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (reference, key)
) STRICT, WITHOUT ROWID
"""

# What is known under one id: a context, an order, what leads to an order.
_REFERENCE: Final = """
CREATE TABLE IF NOT EXISTS reference (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    fields BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

TABLES: Final = (
    _LEDGER,
    "CREATE INDEX IF NOT EXISTS ledger_created ON ledger (created_at, key)",
    "CREATE INDEX IF NOT EXISTS ledger_check ON ledger (check_at) WHERE check_at IS NOT NULL",
    _KEEPING,
    _WAITING,
    "CREATE INDEX IF NOT EXISTS ledger_reference_key ON ledger_reference (key)",
    _REFERENCE,
)

UNREFER: Final = "DELETE FROM ledger_reference WHERE key = :key"

# `WHERE true`: without it SQLite takes the ON of the conflict for one of a join.
REFER: Final = """
INSERT INTO ledger_reference SELECT value, :key FROM json_each(:waits_for) WHERE true
ON CONFLICT DO NOTHING
"""

FORGETTING: Final = (
    "DELETE FROM ledger_reference WHERE key IN (SELECT key FROM ledger WHERE expires_at < :now)",
    "DELETE FROM ledger WHERE expires_at < :now",
    "DELETE FROM reference WHERE expires_at < :now",
)
