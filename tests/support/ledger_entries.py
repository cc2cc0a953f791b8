"""Entries of a ledger, with a default for everything: a test says only what matters to it."""

from datetime import datetime, timedelta
from decimal import Decimal

from shared.domain.consent import Choice, Consent
from shared.domain.sink import Receipt
from shared.stores.entry import Awaited, Entry, LedgerEvent, State
from shared.stores.retention import KEPT
from tests.support.builders import MEASUREMENT_ID, NOW


def entry(  # noqa: PLR0913 - a builder
    key: str = "ORD-9",
    money: str | None = "10.00 EUR",
    *,
    name: str = "purchase",
    state: State = State.DELIVERED,
    reason: str | None = None,
    at: datetime = NOW,
    attribution: str | None = "session",
    analytics: Choice | None = Choice.GRANTED,
    late_hours: int | None = None,
    attempt: int = 1,
    order: str | None = None,
    stream: str = MEASUREMENT_ID,
    request: Receipt | None = None,
    awaited: Awaited | None = None,
) -> Entry:
    """Return an entry of a purchase over 10 EUR that GA4 took in its session.

    Args:
        key: Its business key.
        money: Amount and currency; None for an event without.
        name: GA4's name of the event.
        state: What became of it.
        reason: Why.
        at: When it was first heard of, UTC.
        attribution: How well it is tied.
        analytics: What was known of analytics consent.
        late_hours: Where GA4 could not take its time.
        attempt: How often it was claimed.
        order: The transaction id, where it is not the key.
        stream: The measurement id.
        request: In which request the sink took it.
        awaited: How its status is followed.
    """
    value, _, currency = (money or "").partition(" ")
    return Entry(
        LedgerEvent(
            stream,
            name,
            key,
            order or key,
            currency or None,
            Decimal(value) if value else None,
            at,
            "stripe invoice.paid evt_1",
            attribution,
            Consent(analytics),
            "event",
            late_hours,
        ),
        state,
        reason,
        attempt,
        sending=True,
        lease_until=at + timedelta(minutes=1) if state is State.CLAIMED else None,
        created_at=at,
        updated_at=at,
        expires_at=at + KEPT.ledger,
        request=request,
        awaited=awaited,
    )
