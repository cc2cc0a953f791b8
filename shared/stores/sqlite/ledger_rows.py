"""What `SqliteLedger` says to its table, and its rows as entries."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from shared.domain.consent import Choice, Consent
from shared.domain.timestamps import from_unix_micros, to_unix_micros
from shared.stores.columns import OVERWRITTEN
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.protocol import RETENTION

_EARLIER_COLUMNS: Final = ", ".join(f"'{column}', ledger.{column}" for column in OVERWRITTEN)
_EARLIER: Final = f"json_object({_EARLIER_COLUMNS})"

# What a claim that an earlier version made does not know of the entry before it.
NOTHING_TOLD: Final = dict.fromkeys(OVERWRITTEN)

_ANEW: Final = OVERWRITTEN[: OVERWRITTEN.index("state")]
_FACT_COLUMNS: Final = ("key", "measurement_id", "event_name", "business_key", *_ANEW)
_FACT: Final = ", ".join(_FACT_COLUMNS)
_FACT_VALUES: Final = ", ".join(f":{column}" for column in _FACT_COLUMNS)
# Whoever sends an event last says what is known of it.
_TOLD_ANEW: Final = ", ".join(f"{column} = excluded.{column}" for column in _ANEW)

CLAIM: Final = f"""
INSERT INTO ledger (
    {_FACT}, state, attempt, sending, holder, lease_until, created_at, updated_at, expires_at
) VALUES (
    {_FACT_VALUES}, 'claimed', 1, 0, :holder, :lease_until, :now, :now, :expires_at
)
ON CONFLICT (key) DO UPDATE SET
    {_TOLD_ANEW},
    state = 'claimed',
    reason = NULL,
    attempt = ledger.attempt + 1,
    holder = excluded.holder,
    lease_until = excluded.lease_until,
    updated_at = excluded.updated_at,
    expires_at = excluded.expires_at,
    -- Nothing was taken: who claims a rejected or withheld entry begins again.
    sending = CASE WHEN ledger.state IN ('rejected', 'withheld') THEN 0 ELSE ledger.sending END,
    -- A claim that is taken over still remembers what was before the first one.
    earlier = CASE WHEN ledger.state = 'claimed' THEN ledger.earlier ELSE {_EARLIER} END
WHERE ledger.state IN ('rejected', 'withheld')
   OR (ledger.state = 'claimed' AND ledger.lease_until <= :now)
   OR (ledger.state = 'uncertain' AND :resend)
RETURNING attempt, sending,
    CASE WHEN json_extract(earlier, '$.state') = 'uncertain' THEN replay END
"""  # noqa: S608 - no input

_HELD: Final = "WHERE key = :key AND holder = :holder AND state = 'claimed'"

BEGIN: Final = f"UPDATE ledger SET sending = 1, updated_at = :now {_HELD} RETURNING key"  # noqa: S608 - no input

SETTLE: Final = f"""
UPDATE ledger SET
    state = :state, reason = :reason, replay = :replay, updated_at = :now,
    expires_at = :expires_at, holder = NULL, lease_until = NULL, earlier = NULL
{_HELD} RETURNING key
"""  # noqa: S608 - no input

RELEASE: Final = f"DELETE FROM ledger {_HELD} AND earlier IS NULL RETURNING key"  # noqa: S608 - no input

EARLIER: Final = f"SELECT earlier FROM ledger {_HELD}"  # noqa: S608 - no input

RESTORE: Final = f"""
UPDATE ledger SET {", ".join(f"{column} = :{column}" for column in OVERWRITTEN)},
    holder = NULL, lease_until = NULL, earlier = NULL
{_HELD}
"""  # noqa: S608 - no input

RECORD: Final = f"""
INSERT INTO ledger (
    {_FACT}, state, reason, attempt, sending, created_at, updated_at, expires_at, replay
) VALUES (
    {_FACT_VALUES}, :state, :reason, 1, 0, :now, :now, :expires_at, :replay
)
ON CONFLICT (key) DO UPDATE SET
    {_TOLD_ANEW},
    state = excluded.state,
    reason = excluded.reason,
    attempt = ledger.attempt + 1,
    updated_at = excluded.updated_at,
    expires_at = excluded.expires_at,
    replay = excluded.replay
WHERE ledger.state IN ('rejected', 'withheld')
RETURNING key
"""  # noqa: S608 - no input

# What is known of a refund that was sent stays; of one that was not, what its reversal says.
REVERSE: Final = f"""
INSERT INTO ledger (
    {_FACT}, state, reason, attempt, sending, created_at, updated_at, expires_at
) VALUES (
    {_FACT_VALUES}, :state, :reason, 1, 0, :now, :now, :expires_at
)
ON CONFLICT (key) DO UPDATE SET
    state = excluded.state, reason = excluded.reason, updated_at = excluded.updated_at,
    expires_at = excluded.expires_at, replay = NULL, holder = NULL, lease_until = NULL,
    earlier = NULL
"""  # noqa: S608 - no input

UNREFER: Final = "DELETE FROM ledger_reference WHERE key = :key"

# `WHERE true`: without it SQLite takes the ON of the conflict for one of a join.
REFER: Final = """
INSERT INTO ledger_reference SELECT value, :key, :expires_at FROM json_each(:references) WHERE true
ON CONFLICT DO NOTHING
"""

COLUMNS: Final = """
    measurement_id, event_name, business_key, transaction_id, currency, value, occurred_at,
    source, attribution, state, reason, attempt, sending, lease_until, created_at, updated_at,
    expires_at, CASE WHEN state = 'claimed' THEN NULL ELSE replay END,
    consent_analytics, consent_ad_user_data, consent_ad_personalization, context_source, late_hours
"""

FIND: Final = f"SELECT {COLUMNS} FROM ledger WHERE key = :key"  # noqa: S608 - no input


def fact_columns(fact: LedgerEvent) -> dict[str, object]:
    """Return a fact as columns."""
    return {
        "key": fact.key,
        "measurement_id": fact.measurement_id,
        "event_name": fact.event_name,
        "business_key": fact.business_key,
        "transaction_id": fact.transaction_id,
        "currency": fact.currency,
        "value": None if fact.value is None else str(fact.value),
        "occurred_at": None if fact.occurred_at is None else to_unix_micros(fact.occurred_at),
        "source": fact.source,
        "attribution": fact.attribution,
        "consent_analytics": fact.consent.analytics,
        "consent_ad_user_data": fact.consent.ad_user_data,
        "consent_ad_personalization": fact.consent.ad_personalization,
        "context_source": fact.context_source,
        "late_hours": fact.late_hours,
    }


def end_columns(
    state: State, now: datetime, reason: str | None, replay: bytes | None = None
) -> dict[str, object]:
    """Return how an event ended as columns, kept from then on for as long as an entry is."""
    return {
        "state": state.value,
        "reason": reason,
        "replay": replay,
        "now": to_unix_micros(now),
        "expires_at": to_unix_micros(now + RETENTION),
    }


def entry(row: Any) -> Entry:  # noqa: ANN401 - a row of sqlite3
    """Return a row of `FIND` as an entry."""
    return Entry(
        fact=LedgerEvent(
            measurement_id=row[0],
            event_name=row[1],
            business_key=row[2],
            transaction_id=row[3],
            currency=row[4],
            value=None if row[5] is None else Decimal(row[5]),
            occurred_at=None if row[6] is None else from_unix_micros(row[6]),
            source=row[7],
            attribution=row[8],
            consent=Consent(_choice(row[18]), _choice(row[19]), _choice(row[20])),
            context_source=row[21],
            late_hours=row[22],
        ),
        state=State(row[9]),
        reason=row[10],
        attempt=row[11],
        sending=bool(row[12]),
        lease_until=None if row[13] is None else from_unix_micros(row[13]),
        created_at=from_unix_micros(row[14]),
        updated_at=from_unix_micros(row[15]),
        expires_at=from_unix_micros(row[16]),
        replay=row[17],
    )


def _choice(stored: str | None) -> Choice | None:
    return None if stored is None else Choice(stored)
