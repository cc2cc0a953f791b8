"""What a capture says of the browser, as far as it can be believed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.domain.context import Context
from shared.domain.context_reader import RawContext, read_context
from shared.domain.cookies import client_id_from, session_from
from shared.domain.notes import Notes
from shared.domain.resolve_consent import with_answer_times
from shared.errors import MalformedError
from shared.messages.analytics import given_choices
from shared.messages.capture import Capture

_CLIENT_COOKIE: Final = re.compile(r"(?P<prefix>[A-Za-z0-9_-]*?)_ga", re.ASCII)


def captured_context(  # noqa: PLR0913 - what was told, for which stream, and when
    capture: Capture,
    *,
    measurement_id: str,
    captured_at: datetime,
    granted_at: datetime | None,
    now: datetime,
    notes: Notes,
) -> Context:
    """Return a capture's context: fields before cookies, and what is unbelievable left out.

    Args:
        capture: What was captured.
        measurement_id: The stream: of several session cookies only its own counts.
        captured_at: When the browser was seen; a denial was given by then.
        granted_at: The earliest time at which a grant can have been given; None where unknown.
        now: The current time, UTC.
        notes: The capture's; each field that is left out is named, never its value.

    Raises:
        MalformedError: Nothing is left that says whose an order is or what was allowed.
    """
    ours = Notes()
    context = read_context(_raw_context(capture, captured_at), ours, name_of=_name_of)
    context = _with_cookies(context, capture.cookies or {}, measurement_id, now, ours)
    consent = with_answer_times(context.consent, granted_at=granted_at, denied_at=captured_at)
    answers = (consent.analytics, consent.ad_user_data, consent.ad_personalization)
    if not (context.client_id or context.user_id or any(answers)):
        nothing = "client_id: missing, and neither _ga cookie, user_id nor consent is there"
        raise MalformedError("; ".join(ours) or nothing)
    notes.extend(ours)
    return replace(context, consent=consent)


def _name_of(field: str) -> str:
    return "ip" if field == "ip_override" else field


def _raw_context(capture: Capture, captured_at: datetime) -> RawContext:
    return RawContext(
        client_id=capture.client_id,
        session_id=capture.session_id,
        session_number=capture.session_number,
        user_id=capture.user_id,
        consent=given_choices(capture.consent),
        user_agent=capture.user_agent,
        page_location=capture.page_location,
        captured_at=captured_at,
        device=capture.device,
        user_location=capture.user_location,
        ip_override=capture.ip,
        user_data=capture.user_data,
    )


def _with_cookies(
    context: Context,
    cookies: Mapping[str, str],
    measurement_id: str,
    now: datetime,
    notes: Notes,
) -> Context:
    """Return a context with what the cookies say where the fields say nothing.

    With several prefixes the one that has this stream's session counts: the others are another
    tag's. A session belongs to the client of the same prefix, never to another one.
    """
    named = [match["prefix"] for name in cookies if (match := _CLIENT_COOKIE.fullmatch(name))]
    session_name = f"_ga_{measurement_id.removeprefix('G-')}"
    prefixes = sorted(named, key=lambda prefix: (prefix + session_name not in cookies, prefix))
    client_id = None
    if prefixes:
        reading = client_id_from(cookies[f"{prefixes[0]}_ga"])
        client_id = reading.client_id
        if reading.problem:
            notes.add("cookies._ga", reading.problem)
    if context.client_id is None:
        context = replace(context, client_id=client_id)
    of_the_same = not prefixes or client_id == context.client_id
    prefixes = prefixes or sorted(
        name.removesuffix(session_name) for name in cookies if name.endswith(session_name)
    )
    value = cookies.get(f"{prefixes[0]}{session_name}") if prefixes else None
    if context.session_id is not None or value is None or not of_the_same:
        return context
    session = session_from(value, now=now)
    if session.problem:
        notes.add(f"cookies.{session_name}", session.problem)
    return replace(
        context,
        session_id=session.session_id,
        session_number=session.session_number,
    )
