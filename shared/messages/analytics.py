"""`analytics` of a message: whose event it is. What cannot be believed is left out and named."""

from datetime import UTC, datetime
from typing import Final

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.cookies import client_id_from, session_from
from shared.domain.device import believable_device
from shared.domain.placeholder import is_placeholder
from shared.domain.user_data import believable_user_data
from shared.domain.user_location import (
    believable_address,
    believable_location,
)
from shared.messages.billing_event import Analytics, ConsentChoices

MAX_USER_ID_LENGTH: Final = 256
_MAX_SESSION_NUMBER: Final = 10**9


def context_of(told: Analytics | None, notes: list[str]) -> Context:
    """Return who and which session a message speaks of, as far as believable.

    Args:
        told: Its `analytics`.
        notes: Where `analytics.FIELD: problem` is added for what is left out, never the value.
    """
    if told is None:
        return Context()
    if told.app_instance_id:
        notes.append("analytics.app_instance_id: not for a web stream")
    return Context(
        client_id=_client_id(told.client_id, notes),
        session_id=_session_id(told.session_id, notes),
        session_number=_session_number(told.session_number, notes),
        user_id=_user_id(told.user_id, notes),
        consent=_consent(told.consent or ConsentChoices(), notes),
        user_agent=told.user_agent or None,
        page_location=told.page_location or None,
        captured_at=_moment(told.captured_at, notes),
        device=told.device and believable_device(told.device, notes, at="analytics.device"),
        user_location=told.user_location
        and believable_location(told.user_location, notes, at="analytics.user_location"),
        ip_override=believable_address(told.ip_override, notes, at="analytics.ip_override"),
        user_data=told.user_data
        and believable_user_data(told.user_data, notes, at="analytics.user_data"),
    )


def _client_id(value: str | None, notes: list[str]) -> str | None:
    if not value:
        return None
    reading = client_id_from(value)
    if reading.client_id is None:
        notes.append(f"analytics.client_id: {reading.problem}")
    return reading.client_id


def _session_id(value: int | str | None, notes: list[str]) -> int | None:
    if value is None or value == "":
        return None
    # A number of any size may come; digits beyond those of a time are refused by the reading.
    text = value if isinstance(value, str) else str(min(max(value, -1), 10**20))
    reading = session_from(text)
    if reading.session_id is None:
        notes.append(f"analytics.session_id: {reading.problem}")
    return reading.session_id


def _session_number(value: int | None, notes: list[str]) -> int | None:
    if value is None or 0 < value < _MAX_SESSION_NUMBER:
        return value
    notes.append("analytics.session_number: not a count of sessions")
    return None


def _user_id(value: str | None, notes: list[str]) -> str | None:
    if not value:
        return None
    if is_placeholder(value):
        problem = "blank or a placeholder"
    elif "@" in value:
        problem = "looks like an e-mail address"
    elif len(value) > MAX_USER_ID_LENGTH:
        problem = f"longer than {MAX_USER_ID_LENGTH}"
    else:
        return value
    notes.append(f"analytics.user_id: {problem}")
    return None


def _consent(told: ConsentChoices, notes: list[str]) -> Consent:
    def choice(name: str, value: str | None, unreadable: Choice | None = None) -> Choice | None:
        if not value:
            return None
        found = Choice.read(value)
        if found is None:
            notes.append(f"analytics.consent.{name}: neither granted nor denied")
            return unreadable
        return found

    return Consent(
        # Somebody answered and we cannot read it: the safe side is not to measure.
        analytics=choice("analytics", told.analytics, Choice.DENIED),
        ad_user_data=choice("ad_user_data", told.ad_user_data),
        ad_personalization=choice("ad_personalization", told.ad_personalization),
    )


def _moment(value: datetime | None, notes: list[str]) -> datetime | None:
    try:
        return value and value.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar
        notes.append("analytics.captured_at: no believable time")
        return None
