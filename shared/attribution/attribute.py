"""Whose event, in which session, at which moment: one pure function.

Sources: "Measurement Protocol use cases" (a session joins while the request comes within 24 hours
of its start and the timestamp lies inside it) and "Send events" (72 hours of backdating).
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from shared.attribution.policy import Late, Policy, Unattributed
from shared.domain.attributed import AttributedConversion, State, Withheld
from shared.domain.consent import ANALYTICS_DENIED, Choice
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.timestamps import from_unix_seconds
from shared.errors import UnusableError

JOIN_WINDOW: Final = timedelta(hours=24)
SESSION_TIMEOUT: Final = timedelta(minutes=30)
# 72 hours, less a margin for the way: past the limit GA4 keeps the event under a false time.
BACKDATING: Final = timedelta(hours=72) - timedelta(minutes=5)
TOO_LATE: Final = "more than 72 hours ago"
CLOCK_SKEW: Final = timedelta(minutes=15)
_RANGE: Final = 2**31 - 2


def attribute(
    conversion: Conversion, policy: Policy, now: datetime, *, stream_id: str, app: bool = False
) -> AttributedConversion | Withheld:
    """Tie a conversion to its user, its session and a moment.

    Args:
        conversion: What happened, with the context that is known.
        policy: The operator's decisions.
        now: The current time, UTC.
        stream_id: The stream it is for: ids we make up differ from stream to stream.
        app: Whether that is an app's stream, which knows installed apps and no browsers.

    Raises:
        UnusableError: It happened in the future, or too long ago and the policy says reject.
    """
    context = conversion.context
    if context.consent.analytics is Choice.DENIED:
        return Withheld(conversion, ANALYTICS_DENIED)
    age = now - conversion.occurred_at
    if age < -CLOCK_SKEW:
        raise UnusableError("occurred_at", "more than 15 minutes in the future")
    late = age > BACKDATING
    if late and policy.late is Late.REJECT:
        raise UnusableError("occurred_at", TOO_LATE)
    late_hours = int(age / timedelta(hours=1)) if late else None
    timestamp = None if late else min(conversion.occurred_at, now)
    client_id = context.app_instance_id if app else context.client_id
    if client_id is None:
        if app:
            return Withheld(conversion, "no app instance id is known", waits=True)
        # A device of the shop's own has no other client, ever: it is one.
        if policy.unattributed is Unattributed.WITHHOLD and conversion.device_id is None:
            return Withheld(conversion, "no client is known", waits=True)
        reference = _reference(conversion)
        made_up = generated_client_id(stream_id, reference)
        return AttributedConversion(
            conversion, State.GENERATED, made_up, timestamp=timestamp, late_hours=late_hours
        )
    joins = conversion.joins_session and not late
    inside = _inside(context, conversion.occurred_at, now) if joins else None
    if inside is None:
        return AttributedConversion(
            conversion, State.CLIENT, client_id, timestamp=timestamp, late_hours=late_hours
        )
    return AttributedConversion(
        conversion,
        State.SESSION,
        client_id,
        session_id=context.session_id,
        session_number=context.session_number,
        timestamp=min(inside, now),
    )


def _reference(conversion: Conversion) -> str:
    """Return what a made-up client stands for: a person rather than a device or an order."""
    if conversion.customer_ref is not None:
        return conversion.customer_ref
    if conversion.device_id is not None:
        return f"device:{conversion.device_id}"
    return conversion.guest_of or conversion.transaction_id or conversion.business_key


def _inside(context: Context, occurred_at: datetime, now: datetime) -> datetime | None:
    """Return the moment inside the session to send; None when the session cannot be joined.

    Where the browser was last seen at `captured_at`, an event up to a session timeout later still
    lies inside, and a later one is sent at `captured_at`. Where nobody knows when it was last
    seen, nothing says that the event lies outside, and its own time is kept.
    """
    if context.session_id is None:
        return None
    start = from_unix_seconds(context.session_id)
    if not start - CLOCK_SKEW <= now < start + JOIN_WINDOW:
        return None
    seen = max(context.captured_at or start, start)
    if occurred_at < start:
        return seen
    if context.captured_at is None or occurred_at <= seen + SESSION_TIMEOUT:
        return occurred_at
    return seen


def generated_client_id(stream_id: str, reference: str) -> str:
    """Return a made-up client id that is the same for the same customer, every time.

    Two positive numbers joined by a dot, the form GA4's reference recommends. The stream's id
    is the HMAC's key: it keeps streams apart and outlives every rotation of a secret
    (docs/decisions/0004-generated-client-ids.md).

    Args:
        stream_id: The stream, by its measurement id.
        reference: What stands for the customer, or for the order where there is no customer.
    """
    digest = hmac.digest(stream_id.encode(), reference.encode(), hashlib.sha256)
    first, second = (int.from_bytes(digest[at : at + 8]) % _RANGE + 1 for at in (0, 8))
    return f"{first}.{second}"
