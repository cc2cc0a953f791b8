"""The tables of the embedded store, how its file is opened, and what is forgotten then."""

from typing import Final

OPENING: Final = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")

_LEDGER: Final = """
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
    replay BLOB,
    -- Of a claim: what the entry said before it, as JSON, but for `replay`, which stays in its
    -- own column until the claim is settled.
    earlier TEXT,
    consent_analytics TEXT,
    consent_ad_user_data TEXT,
    consent_ad_personalization TEXT,
    context_source TEXT,
    late_hours INTEGER
) STRICT
"""

LATER_COLUMNS: Final = {
    "consent_analytics": "TEXT",
    "consent_ad_user_data": "TEXT",
    "consent_ad_personalization": "TEXT",
    "context_source": "TEXT",
    "late_hours": "INTEGER",
}
"""What files of earlier versions lack in `ledger`."""

_WAITING: Final = """
CREATE TABLE IF NOT EXISTS ledger_reference (
    reference TEXT NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (reference, key)
) STRICT, WITHOUT ROWID
"""

# A record stands for one order, known (its purchase) or not yet (null: linked only). Ids grow, so
# of two records with a purchase the one with the smaller id was remembered first.
_ORDER: Final = """
CREATE TABLE IF NOT EXISTS order_record (
    id INTEGER PRIMARY KEY,
    purchase BLOB,
    expires_at INTEGER NOT NULL
) STRICT
"""

_REFERENCE: Final = """
CREATE TABLE IF NOT EXISTS order_reference (
    reference TEXT PRIMARY KEY,
    record INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

_REFUND: Final = """
CREATE TABLE IF NOT EXISTS order_refund (
    refund TEXT PRIMARY KEY,
    record INTEGER NOT NULL,
    amount TEXT NOT NULL,
    before TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""

_CONTEXT: Final = """
CREATE TABLE IF NOT EXISTS context (
    reference TEXT PRIMARY KEY,
    context BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""

TABLES: Final = (
    _LEDGER,
    "CREATE INDEX IF NOT EXISTS ledger_created ON ledger (created_at, key)",
    _WAITING,
    "CREATE INDEX IF NOT EXISTS ledger_reference_key ON ledger_reference (key)",
    _ORDER,
    _REFERENCE,
    "CREATE INDEX IF NOT EXISTS order_reference_record ON order_reference (record)",
    _REFUND,
    "CREATE INDEX IF NOT EXISTS order_refund_record ON order_refund (record)",
    _CONTEXT,
)

_EXPIRED: Final = "(SELECT id FROM order_record WHERE expires_at < :now)"

FORGETTING: Final = (
    "DELETE FROM ledger WHERE expires_at < :now",
    "DELETE FROM ledger_reference WHERE expires_at < :now",
    f"DELETE FROM order_reference WHERE record IN {_EXPIRED}",  # noqa: S608 - no input
    f"DELETE FROM order_refund WHERE record IN {_EXPIRED}",  # noqa: S608 - no input
    "DELETE FROM order_record WHERE expires_at < :now",
    "DELETE FROM context WHERE expires_at < :now",
)
