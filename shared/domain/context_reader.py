"""Who and which session somebody's code speaks of: the one place that says what is believed.

Metadata of a payment, `analytics` of a message and captures all come here. A value that cannot be
believed is left out and named in the notes; it never costs the shop the payment.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.cookies import client_id_from, session_from
from shared.domain.device import Device, believable_device
from shared.domain.identifiers import is_placeholder
from shared.domain.notes import Notes
from shared.domain.page import page_without_query
from shared.domain.streams import (
    CLICK_IDS,
    MAX_SESSIONS,
    ClickIds,
    ContainerSession,
    app_instance_id,
    container_of,
    is_click_id,
)
from shared.domain.timestamps import from_unix_seconds
from shared.domain.user_data import HashedUserData, believable_user_data
from shared.domain.user_location import UserLocation, believable_address, believable_location

MAX_USER_ID_LENGTH: Final = 256
_MAX_SESSION_NUMBER: Final = 10**9
# Before Analytics had client ids nobody was seen; a denial dated 1970 would count for nothing.
_EARLIEST: Final = datetime(2012, 1, 1, tzinfo=UTC)
_DIGITS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


class RawContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender says of the browser, as it is; every part may be missing or wrong.

    Attributes:
        client_id: GA's client id, or the cookie that holds it.
        client_cookie: Used where `client_id` holds none.
        session_id: The session's start, Unix seconds, or the cookie that holds it.
        session_cookie: Used where `session_id` holds none; it has the session's number too.
        session_number: How many sessions this client has had.
        user_id: The shop's opaque id of a signed-in person.
        consent: The answers by the names of `Consent`'s fields; only what was answered.
        user_agent: The browser's.
        page_location: The page the order was placed on; see `page_without_query`.
        captured_at: An aware time, or Unix seconds as text.
        device: What the user held.
        user_location: Where the user was.
        ip_override: The address GA4 shall derive the place from.
        user_data: What the user provided, hashed.
        session_cookies: By container the session cookie of its stream alone.
        app_instance_id: The id that Firebase gave the installed app.
        click_ids: What the landing page's address said of an ad's click, by its names.
    """

    client_id: str | None = None
    client_cookie: str | None = None
    session_id: int | str | None = None
    session_cookie: str | None = None
    session_number: int | str | None = None
    user_id: str | None = None
    consent: Mapping[str, object] = msgspec.field(default_factory=dict)
    user_agent: str | None = None
    page_location: str | None = None
    captured_at: datetime | str | None = None
    device: Device | None = None
    user_location: UserLocation | None = None
    ip_override: str | None = None
    user_data: HashedUserData | None = None
    session_cookies: Mapping[str, str] = msgspec.field(default_factory=dict)
    app_instance_id: str | None = None
    click_ids: Mapping[str, str] = msgspec.field(default_factory=dict)


def read_context(
    raw: RawContext, notes: Notes, *, name_of: Callable[[str], str] = lambda name: name
) -> Context:
    """Return what of a raw context can be believed.

    Args:
        raw: As the sender has it.
        notes: Where each field that is left out is named.
        name_of: What the sender calls one of our fields, for the notes.
    """
    reader = _Reader(notes, name_of)
    client_id = reader.client_id(raw)
    session_id, counted = reader.session(raw)
    return Context(
        client_id=client_id,
        session_id=session_id,
        session_number=reader.session_number(raw.session_number) or counted,
        user_id=reader.user_id(raw.user_id),
        consent=Consent(
            analytics=reader.choice(raw.consent, "analytics"),
            ad_user_data=reader.choice(raw.consent, "ad_user_data"),
            ad_personalization=reader.choice(raw.consent, "ad_personalization"),
        ),
        user_agent=raw.user_agent or None,
        page_location=page_without_query(raw.page_location, notes, name_of("page_location")),
        captured_at=reader.captured_at(raw.captured_at),
        device=raw.device and believable_device(raw.device, notes.under(name_of("device"))),
        user_location=raw.user_location
        and believable_location(raw.user_location, notes.under(name_of("user_location"))),
        ip_override=believable_address(raw.ip_override, notes.under(name_of("ip_override"))),
        user_data=believable_user_data(raw.user_data, notes.under(name_of("user_data")))
        if raw.user_data
        else None,
        sessions=reader.sessions(raw.session_cookies),
        app_instance_id=reader.app_instance_id(raw.app_instance_id),
        click_ids=reader.click_ids(raw),
    )


class _Reader(msgspec.Struct, frozen=True):
    notes: Notes
    name_of: Callable[[str], str]

    def _leave_out(self, name: str, problem: str | None) -> None:
        self.notes.add(self.name_of(name), problem or "not usable")

    def client_id(self, raw: RawContext) -> str | None:
        for name, value in (("client_id", raw.client_id), ("client_cookie", raw.client_cookie)):
            if not value:
                continue
            reading = client_id_from(value)
            if reading.client_id is not None:
                return reading.client_id
            self._leave_out(name, reading.problem)
        return None

    def session(self, raw: RawContext) -> tuple[int | None, int | None]:
        """Return the session's id, and its number where a cookie has both."""
        for name, value in (
            ("session_id", raw.session_id),
            ("session_cookie", raw.session_cookie),
        ):
            if value is None or value == "":
                continue
            # A number of any size may come; more digits than a time has are refused below.
            text = value if isinstance(value, str) else str(min(max(value, -1), 10**20))
            reading = session_from(text)
            if reading.session_id is not None:
                return reading.session_id, reading.session_number
            self._leave_out(name, reading.problem)
        return None, None

    def sessions(self, cookies: Mapping[str, str]) -> tuple[ContainerSession, ...]:
        """Return the sessions that count in one stream each."""
        sessions = []
        for name, value in list(cookies.items())[:MAX_SESSIONS]:
            container, reading = container_of(name), session_from(value)
            if container is None or reading.session_id is None:
                # The name is the sender's own text: only ours are repeated.
                at = f"session_cookie.{container}" if container else "session_cookie"
                self._leave_out(at, reading.problem or "no container's name")
                continue
            number, seen_at = reading.session_number, reading.last_hit
            sessions.append(ContainerSession(container, reading.session_id, number, seen_at))
        return tuple(sessions)

    def app_instance_id(self, value: str | None) -> str | None:
        if not value:
            return None
        found = app_instance_id(value)
        if found is None:
            self._leave_out("app_instance_id", "not 32 hexadecimal digits")
        return found

    def click_ids(self, raw: RawContext) -> ClickIds | None:
        """Return an ad's click where ad storage was granted; an empty one where it was refused.

        Where nobody answered, nothing is kept either.
        """
        answer = self.choice(raw.consent, "ad_storage")
        if answer is not Choice.GRANTED:
            return ClickIds() if answer is Choice.DENIED else None
        found = {}
        for name in CLICK_IDS:
            text = raw.click_ids.get(name, "").strip()
            if text and is_click_id(name, text):
                found[name] = text
            elif text:
                self._leave_out(f"click_ids.{name}", "no such id")
        return ClickIds(**found) if found else None

    def session_number(self, value: int | str | None) -> int | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            if not _DIGITS.fullmatch(value):
                self._leave_out("session_number", "not a number")
                return None
            value = int(value)
        if 0 < value < _MAX_SESSION_NUMBER:
            return value
        self._leave_out("session_number", "not a count of sessions")
        return None

    def user_id(self, value: str | None) -> str | None:
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
        self._leave_out("user_id", problem)
        return None

    def choice(self, answers: Mapping[str, object], name: str) -> Choice | None:
        """Return an answer; one that is there and is no clear grant is a denial.

        An empty text is no answer: that is how senders write that nobody was asked.
        """
        if name not in answers or answers[name] == "":
            return None
        answer = answers[name]
        choice = Choice.read(answer) if isinstance(answer, str) else None
        if choice is None:
            self._leave_out(f"consent.{name}", "neither granted nor denied")
            return Choice.DENIED
        return choice

    def captured_at(self, value: datetime | str | None) -> datetime | None:
        if value is None or value == "":
            return None
        problem = "no believable time" if isinstance(value, datetime) else "not Unix seconds"
        try:
            if isinstance(value, datetime):
                moment = value.astimezone(UTC)
            elif _DIGITS.fullmatch(value):
                moment = from_unix_seconds(int(value))
            else:
                moment, problem = None, "not a number"
        except OverflowError:
            moment = None
        if moment is not None and moment >= _EARLIEST:
            return moment
        self._leave_out("captured_at", problem)
        return None
