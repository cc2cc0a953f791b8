"""An entry of the ledger in words: what it is about, what became of it, how GA4 got it."""

from datetime import datetime, timedelta
from typing import Final

from shared.attribution.attribute import BACKDATING, JOIN_WINDOW
from shared.domain.attributed import State as Attribution
from shared.domain.consent import Choice
from shared.domain.context import Context
from shared.domain.timestamps import from_unix_seconds
from shared.stores.entry import Entry, State

_WHOSE: Final = {
    Attribution.SESSION.value: "in the buyer's session",
    Attribution.CLIENT.value: "for the buyer's client, in no session",
    Attribution.GENERATED.value: "for a generated client, because no browser was known",
}
_NOT_SENT: Final = (State.WITHHELD, State.REJECTED)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


def subject(entry: Entry) -> str:
    """Return what an entry is about, with its transaction id and its money where it has them."""
    fact = entry.fact
    if entry.state is State.IGNORED:
        return f"delivery {fact.source}"
    name = f"{fact.event_name} {fact.transaction_id or fact.business_key}"
    if fact.transaction_id and fact.transaction_id not in fact.business_key:
        name = f"{name} ({fact.business_key})"
    return f"{name} of {money(entry)}" if fact.value is not None else name


def money(entry: Entry) -> str:
    """Return an entry's value with its currency; empty where it has none."""
    fact = entry.fact
    return "" if fact.value is None else f"{fact.value:f} {fact.currency or ''}".rstrip()


def outcome(entry: Entry) -> str:
    """Return what became of an entry, the outcome word first."""
    reason = entry.reason
    match entry.state:
        case State.DELIVERED:
            says = f"GA4 took it{_how(entry)}"
        case State.ACCEPTED:
            says = f"Google took it{_how(entry)}, and has not said if GA4 counts it"
        case State.UNCERTAIN:
            says = f"it was sent{_how(entry)}, and GA4 may have it ({reason})"
        case State.CLAIMED:
            says = f"it is being sent, at try {entry.attempt}"
        case State.REVERSED:
            says = f"no money went back after all ({reason})"
        case State.IGNORED:
            says = f"{reason}"
        case State.REJECTED if entry.awaited is not None:
            says = f"Google took it and did not process it ({reason})"
        case State.WITHHELD | State.REJECTED:
            return f"{entry.state.value} and not sent: {reason}"
    return f"{entry.state.value}: {says}"


def _how(entry: Entry) -> str:
    """Return how GA4 got an event: for whom, and at which time where that is not its own."""
    whose = _WHOSE.get(entry.fact.attribution or "")
    late = entry.fact.late_hours
    parts = [whose] if whose else []
    if late is not None:
        parts.append(f"under the time it was sent, because it was {late} hours old")
    return "".join(f", {part}" for part in parts)


def session_window(entry: Entry, context: Context | None, now: datetime) -> str | None:
    """Return whether an event that is not sent could still join its session, and keep its time.

    GA4 takes times of the last 72 hours, and gives an event its session's source while the request
    comes within 24 hours of the session's start.

    Args:
        entry: The event.
        context: What is known of the buyer's browser.
        now: The current time, UTC.
    """
    occurred_at, answer = entry.fact.occurred_at, entry.fact.consent.analytics
    is_kept = entry.state in _NOT_SENT and entry.replay is not None
    if not is_kept or answer is Choice.DENIED or occurred_at is None:
        return None
    left = occurred_at + BACKDATING - now
    if left <= timedelta(0):
        return "It is older than 72 hours: GA4 would get it as of now, and outside its session."
    says = f"GA4 takes it under its own time for another {_span(left)}."
    if context is None or context.session_id is None:
        return f"{says} Its session is not known."
    joins = from_unix_seconds(context.session_id) + JOIN_WINDOW - now
    if joins <= timedelta(0):
        return f"{says} Its session began more than 24 hours ago and cannot be joined any more."
    return f"{says} Its session can be joined for another {_span(joins)}."


def browser(context: Context) -> str:
    """Return what is known of the buyer's browser; never who it is."""
    known = [
        name
        for name, value in (("client", context.client_id), ("session", context.session_id))
        if value is not None
    ]
    answer = context.consent.analytics
    return (
        f"Known of the buyer's browser: {' and '.join(known) or 'nothing'}. "
        f"Analytics consent: {answer.value if answer else 'unknown'}."
    )


def _span(left: timedelta) -> str:
    return f"{left // _HOUR} hours" if left >= 2 * _HOUR else f"{left // _MINUTE} minutes"
