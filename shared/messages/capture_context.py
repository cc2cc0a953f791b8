"""What a capture says of the browser, as far as it can be believed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.domain.context import Context
from shared.domain.cookies import client_id_from, session_from
from shared.domain.resolve_consent import with_answer_times
from shared.errors import MalformedError
from shared.messages.analytics import context_of
from shared.messages.billing_event import Analytics, ConsentChoices
from shared.messages.capture import Capture

_CLIENT_COOKIE: Final = re.compile(r"(?P<prefix>[A-Za-z0-9_-]*?)_ga", re.ASCII)


def captured_context(  # noqa: PLR0913 - what was told, for which stream, and when
    capture: Capture,
    *,
    measurement_id: str,
    captured_at: datetime,
    granted_at: datetime | None,
    now: datetime,
    notes: list[str],
) -> Context:
    """Return a capture's context: fields before cookies, and what is unbelievable left out.

    Args:
        capture: What was told.
        measurement_id: The stream: of several session cookies only its own counts.
        captured_at: When the browser was seen; a denial was given by then.
        granted_at: The earliest time at which a grant can have been given; None where unknown.
        now: The current time, UTC.
        notes: Where `FIELD: problem` is added for what is left out, never the value.

    Raises:
        MalformedError: Nothing is left that says whose an order is or what was allowed.
    """
    unbelievable: list[str] = []
    told = context_of(_analytics(capture, captured_at), unbelievable)
    unbelievable = [note.removeprefix("analytics.") for note in unbelievable]
    context = _with_cookies(told, capture.cookies or {}, measurement_id, now, unbelievable)
    notes += unbelievable
    consent = with_answer_times(context.consent, granted_at=granted_at, denied_at=captured_at)
    answers = (consent.analytics, consent.ad_user_data, consent.ad_personalization)
    if not (context.client_id or context.user_id or any(answers)):
        nothing = "client_id: missing, and neither _ga cookie, user_id nor consent is there"
        raise MalformedError("; ".join(unbelievable) or nothing)
    return replace(context, consent=consent)


def _analytics(capture: Capture, captured_at: datetime) -> Analytics:
    told, number = capture.consent, capture.session_number
    consent = (
        None
        if told is None
        else ConsentChoices(told.analytics, told.ad_user_data, told.ad_personalization)
    )
    if isinstance(number, str):
        number = int(number) if number.isascii() and number.isdecimal() else None
    return Analytics(
        client_id=capture.client_id,
        user_id=capture.user_id,
        session_id=capture.session_id,
        session_number=number,
        consent=consent,
        user_agent=capture.user_agent,
        page_location=capture.page_location,
        captured_at=captured_at,
        device=capture.device,
        user_location=capture.user_location,
        ip_override=capture.ip,
        user_data=capture.user_data,
    )


def _with_cookies(
    told: Context,
    cookies: Mapping[str, str],
    measurement_id: str,
    now: datetime,
    notes: list[str],
) -> Context:
    """Return a context with what the cookies say where the fields say nothing.

    With several prefixes the one that has this stream's session counts: the others are another
    tag's. A session belongs to the client of the same prefix, so never to another one that is told.
    """
    found = [match["prefix"] for name in cookies if (match := _CLIENT_COOKIE.fullmatch(name))]
    session_name = f"_ga_{measurement_id.removeprefix('G-')}"
    prefixes = sorted(found, key=lambda prefix: (prefix + session_name not in cookies, prefix))
    client_id = None
    if prefixes:
        reading = client_id_from(cookies[f"{prefixes[0]}_ga"])
        client_id = reading.client_id
        if reading.problem:
            notes.append(f"cookies._ga: {reading.problem}")
    if told.client_id is None:
        told = replace(told, client_id=client_id)
    of_the_same = not prefixes or client_id == told.client_id
    prefixes = prefixes or sorted(
        name.removesuffix(session_name) for name in cookies if name.endswith(session_name)
    )
    value = cookies.get(f"{prefixes[0]}{session_name}") if prefixes else None
    if told.session_id is not None or value is None or not of_the_same:
        return told
    session = session_from(value, now=now)
    if session.problem:
        notes.append(f"cookies.{session_name}: {session.problem}")
    return replace(
        told,
        session_id=session.session_id,
        session_number=session.session_number,
    )
