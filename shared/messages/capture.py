"""A capture: the references of an order, and what the browser knew when it was placed."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.domain.consent import Choice, with_answer_times
from shared.domain.context import Context
from shared.domain.context_reader import RawContext, read_context
from shared.domain.cookies import client_id_from, session_from
from shared.domain.device import Device
from shared.domain.notes import Notes
from shared.domain.streams import MAX_SESSIONS, ContainerSession
from shared.domain.timestamps import from_unix_seconds
from shared.domain.user_data import HashedUserData
from shared.domain.user_location import UserLocation
from shared.domain.without_personal_data import without_denied_identity
from shared.errors import MalformedError, UnusableError
from shared.faults import checked_by, faults_of
from shared.messages.analytics import ConsentChoices, given_choices

MAX_BYTES: Final = 16 * 1024
MAX_REFERENCES: Final = 20
_MAX_NAMED: Final = 10

Id = Annotated[str, msgspec.Meta(max_length=256)]
Text = Annotated[str, msgspec.Meta(max_length=2048)]
CookieName = Annotated[str, msgspec.Meta(max_length=128)]
CookieValue = Annotated[str, msgspec.Meta(max_length=1024)]
Seconds = Annotated[float, msgspec.Meta(ge=0, lt=10**11)]


def _not_blank(reference: str, path: str) -> None:
    if not reference.strip():
        raise UnusableError(path, "blank")


def _is_clear(answer: object) -> bool:
    return isinstance(answer, str) and (not answer or Choice.read(answer) is not None)


def _clear(answer: object, path: str) -> None:
    if not _is_clear(answer):
        raise UnusableError(path, "neither granted nor denied")


def _moment(raw: float | str, path: str) -> datetime | None:
    """Return a time, UTC; None for an empty text."""
    if raw == "":
        return None
    try:
        if isinstance(raw, str) and not raw.replace(".", "", 1).isdecimal():
            written: datetime = msgspec.convert(raw, Annotated[datetime, msgspec.Meta(tz=True)])
            return written.astimezone(UTC)
        return from_unix_seconds(float(raw))
    except (msgspec.ValidationError, ValueError, OverflowError):
        raise UnusableError(path, "neither RFC 3339 with a time zone nor Unix seconds") from None


Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=256, extra=checked_by(_not_blank))]
ClearAnswer = Annotated[object, msgspec.Meta(extra=checked_by(_clear))]
CapturedAt = Annotated[
    Seconds | Id,
    msgspec.Meta(
        description="RFC 3339 with a time zone, or Unix seconds", extra=checked_by(_moment)
    ),
]


class ClearChoices(ConsentChoices, frozen=True):
    """`granted`, `denied` or empty, for each question."""

    analytics: ClearAnswer = None
    ad_user_data: ClearAnswer = None
    ad_personalization: ClearAnswer = None
    ad_storage: ClearAnswer = None


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """One capture; fields it does not name are ignored.

    Attributes:
        references: Ids of the order or the customer: the provider's, the shop's own, as they are.
        client_id: GA's client id.
        session_id: The GA session's start, Unix seconds.
        session_number: How many sessions this client has had.
        cookies: Google's cookies by their names, where they were not read by the caller.
        consent: `granted` or `denied`, each, in any case; empty where nobody answered.
        user_id: The shop's opaque id of a signed-in person.
        user_agent: The browser's.
        ip: The browser's address, for GA4 to derive the place from.
        page_location: The page the order was placed on.
        captured_at: When the browser was seen; RFC 3339 or Unix seconds.
        device: As in `Analytics`.
        user_location: As in `Analytics`.
        user_data: As in `Analytics`.
        app_instance_id: The id that Firebase gave the installed app.
        click_ids: `gclid`, `gbraid`, `wbraid`, `gad_source` and `gad_campaignid` of the landing
            page; kept where `consent.ad_storage` is granted.
    """

    references: Annotated[
        tuple[Reference, ...], msgspec.Meta(min_length=1, max_length=MAX_REFERENCES)
    ]
    client_id: CookieValue | None = None
    session_id: int | CookieValue | None = None
    session_number: int | Id | None = None
    cookies: Annotated[dict[CookieName, CookieValue], msgspec.Meta(max_length=64)] | None = None
    consent: ClearChoices | None = None
    user_id: Id | None = None
    user_agent: Text | None = None
    ip: Id | None = None
    page_location: Text | None = None
    captured_at: CapturedAt | None = None
    device: Device | None = None
    user_location: UserLocation | None = None
    user_data: HashedUserData | None = None
    app_instance_id: Id | None = None
    click_ids: Annotated[dict[Id, CookieValue], msgspec.Meta(max_length=20)] | None = None


_FIELDS: Final = frozenset(field.name for field in msgspec.structs.fields(Capture))


def read_capture(raw: bytes, notes: Notes) -> Capture:
    """Read a capture.

    Args:
        raw: Its JSON.
        notes: The capture's; fields that it does not have are named.

    Raises:
        MalformedError: Fields are missing, malformed or too large; all of them are named.
    """
    try:
        capture = _read(raw)
        unknown = sorted(read(raw, dict[str, msgspec.Raw]).keys() - _FIELDS)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    # A name of another shape may be anything, a person's address too.
    named = [name for name in unknown if name.isascii() and name.isidentifier() and len(name) <= 40]  # noqa: PLR2004
    for name in named[:_MAX_NAMED]:
        notes.add(name, "unknown, ignored")
    if len(unknown) > len(named[:_MAX_NAMED]):
        notes.add("further fields", "unknown, ignored")
    return capture


def capture_time(capture: Capture, *, earliest: datetime, latest: datetime) -> datetime | None:
    """Return when a capture says that it was made, UTC; None where it does not say.

    Args:
        capture: The capture.
        earliest: An older capture is refused.
        latest: A newer one is too.

    Raises:
        MalformedError: It is no time, or not between the two.
    """
    if capture.captured_at is None:
        return None
    try:
        moment = _moment(capture.captured_at, "captured_at")
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    if moment is None:
        return None
    if moment > latest:
        raise MalformedError("captured_at: in the future (Unix seconds, or RFC 3339)")
    if moment < earliest:
        raise MalformedError("captured_at: longer ago than a context is kept")
    return moment


def _read(raw: bytes) -> Capture:
    capture = read(raw, Capture)
    clear = all(map(_is_clear, given_choices(capture.consent).values()))
    if not (clear and all(map(str.strip, capture.references))):
        raise UnusableError.of(faults_of(raw, Capture))
    return capture


_CLIENT_COOKIE: Final = re.compile(r"(?P<prefix>[A-Za-z0-9_-]*?)_ga", re.ASCII)


def captured_context(  # noqa: PLR0913 - what was captured, for which stream, and when
    capture: Capture,
    *,
    containers: Sequence[str],
    captured_at: datetime,
    granted_at: datetime | None,
    now: datetime,
    notes: Notes,
) -> Context:
    """Return a capture's context: fields before cookies, and what is unbelievable left out.

    Of somebody who denies analytics only the answers are left.

    Args:
        capture: What was captured.
        containers: The streams' containers: of several session cookies only theirs count.
        captured_at: When the browser was seen; a denial was given by then.
        granted_at: The earliest time at which a grant can have been given; None where unknown. One
            that is ahead of `now` counts as given now.
        now: The current time, UTC.
        notes: The capture's; each field that is left out is named, never its value.

    Raises:
        MalformedError: Nothing is left that says whose an order is or what was allowed.
    """
    ours = Notes()
    context = read_context(_raw_context(capture, captured_at), ours, name_of=_name_of)
    cookies = capture.cookies or {}
    if len(containers) > 1:
        context = _with_sessions(context, cookies, containers, now, ours)
    else:
        context = _with_cookies(context, cookies, next(iter(containers), ""), now, ours)
    given_at = granted_at and min(granted_at, now)
    consent = with_answer_times(context.consent, granted_at=given_at, denied_at=captured_at)
    answers = (consent.analytics, consent.ad_user_data, consent.ad_personalization)
    if not (context.has_id or context.user_id or any(answers)):
        nothing = "client_id: missing, and neither _ga cookie, user_id nor consent is there"
        raise MalformedError("; ".join(ours) or nothing)
    notes.extend(ours)
    return without_denied_identity(replace(context, consent=consent))


def _with_sessions(
    context: Context,
    cookies: Mapping[str, str],
    containers: Sequence[str],
    now: datetime,
    notes: Notes,
) -> Context:
    """Return a context with the session of each stream: which one counts is decided later."""
    sessions: list[ContainerSession] = []
    whole = context
    for container in containers:
        read = _with_cookies(replace(whole, session_id=None), cookies, container, now, notes)
        whole = replace(whole, client_id=read.client_id)
        if read.session_id is not None:
            number, seen_at = read.session_number, context.captured_at
            sessions.append(ContainerSession(container, read.session_id, number, seen_at))
    if context.session_id is not None:
        return whole  # the sender says which session it was
    return replace(whole, sessions=tuple(sessions[:MAX_SESSIONS]))


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
        app_instance_id=capture.app_instance_id,
        click_ids=capture.click_ids or {},
    )


def _with_cookies(
    context: Context,
    cookies: Mapping[str, str],
    container: str,
    now: datetime,
    notes: Notes,
) -> Context:
    """Return a context with what the cookies say where the fields say nothing.

    With several prefixes the one that has this stream's session counts: the others are another
    tag's. A session belongs to the client of the same prefix, never to another one.
    """
    named = [match["prefix"] for name in cookies if (match := _CLIENT_COOKIE.fullmatch(name))]
    session_name = f"_ga_{container}"
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
