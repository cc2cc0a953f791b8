"""What Google Analytics' cookies say: the client id of `_ga`, the session of `_ga_<container>`.

No current Google page gives the layouts; they are as observed in the wild:

- `_ga`: `GA1.<depth>.<number>.<unix seconds>`, the client id being the last two parts; the rest
  after the depth may also be an opaque id (AMP, ids set by hand).
- `FPID`: `FPID2.<n>.<base64>.<unix seconds>`, from server-side tagging.
- `_ga_<container>`, until May 2025: `GS1.<depth>.<start>.<number>.<engaged>.<last hit>...`
- `_ga_<container>`, since: `GS2.<depth>.s<start>$o<number>$g<engaged>$t<last hit>...`, in any
  order of the letters.

Cookies are written by anybody: nothing here raises, and every reading says what is believable
and, where nothing is, why not, without repeating the value.
"""

import re
from datetime import datetime
from typing import Final
from urllib.parse import unquote

import msgspec

from shared.domain.identifiers import is_placeholder
from shared.domain.timestamps import from_unix_seconds

MAX_CLIENT_ID_LENGTH: Final = 256

# GA4 did not exist before 2012 by any reading, and nobody's clock is a day ahead.
_EARLIEST_SESSION: Final = 1_325_376_000
_CLOCK_SKEW_SECONDS: Final = 24 * 60 * 60
_LATEST_SESSION: Final = 9_999_999_999  # ten digits: one more would be milliseconds
# No real cookie comes near; a longer one is not worth the work of reading.
_MAX_COOKIE_LENGTH: Final = 4096

_NAME_PREFIX: Final = re.compile(r"[A-Za-z0-9_-]*(?:_ga|FPID)(?:_[A-Za-z0-9]+)?=")
_CLIENT_COOKIE: Final = re.compile(r"GA[0-9]+\.[0-9]+(?:-[0-9]+)*\.(.*)")
_SERVER_COOKIE: Final = re.compile(r"FPID[0-9]+\.[0-9]+\.(.+)\.([0-9]+)")
_SESSION_COOKIE: Final = re.compile(r"GS[0-9]+\.[0-9]+(?:-[0-9]+)*\.(.*)")
_COOKIE_FAMILY: Final = re.compile(r"(GA|GS|FPID|FPLC)[0-9]*(?:\..*)?")
_STANDARD_ID: Final = re.compile(r"[1-9][0-9]*\.[1-9][0-9]*")
_NUMBERS_AND_DOTS: Final = re.compile(r"[0-9.]+")
_DIGITS: Final = re.compile(r"[0-9]{1,20}")
_FRAMELESS_SESSION: Final = re.compile(r"(?:[a-z][^$]*\$)*s[0-9]+(?:\$.*)?")

_BLANK: Final = "blank or a placeholder"
_CUT_OFF: Final = "a client cookie that is cut off or malformed"
# Cookies that hold no client id, by how their values begin.
_NO_CLIENT: Final = {
    "GA": _CUT_OFF,
    "GS": "a session cookie, not a client cookie",
    "FPID": "a server-side client cookie that is cut off or malformed",
    "FPLC": "a cross-domain hash, not a client id",
}
# What no id may hold.
_NO_ID: Final = (
    (re.compile(r"@"), "looks like an e-mail address"),
    (re.compile(r"\A\+[0-9 ()./-]{8,}\Z"), "looks like a phone number"),
    (re.compile(r"[^\x21-\x7e]"), "has white space or characters beyond ASCII"),
)


class ClientIdReading(msgspec.Struct, frozen=True):
    """What a `_ga` or `FPID` cookie, or a plain value, says about the client.

    Attributes:
        client_id: The id to send to GA4; None when there is none to believe.
        standard: Two positive numbers joined by a dot, the form Google recommends.
        problem: Why there is no id; None when there is one.
    """

    client_id: str | None
    standard: bool
    problem: str | None


class SessionReading(msgspec.Struct, frozen=True):
    """What a `_ga_<container>` cookie, or a plain value, says about the session.

    Attributes:
        session_id: The session's id, which is its start in Unix seconds; None when there is none
            to believe.
        session_number: How many sessions this client has had, this one included.
        last_hit: When the session was last active, UTC.
        problem: Why there is no session; None when there is one.
    """

    session_id: int | None
    session_number: int | None
    last_hit: datetime | None
    problem: str | None


def client_id_from(value: str) -> ClientIdReading:
    """Read the client id out of a cookie's value, or take a plain id as it is.

    Args:
        value: The value of `_ga` (under any cookie prefix) or `FPID`, URL-encoded or not, with or
            without `name=` before it; or the bare client id.
    """
    text, problem = _clean(value)
    if problem:
        return _no_client(problem)
    if match := _CLIENT_COOKIE.fullmatch(text):
        # An opaque id stands in the place of two numbers; one number is half of them.
        halved = _NUMBERS_AND_DOTS.fullmatch(match[1]) and not _STANDARD_ID.fullmatch(match[1])
        return _no_client(_CUT_OFF) if halved else _client(match[1])
    if match := _SERVER_COOKIE.fullmatch(text):
        # The identifier may be percent-encoded within the cookie; base64 itself has no percent.
        return _client(f"{unquote(match[1])}.{match[2]}")
    if match := _COOKIE_FAMILY.fullmatch(text):
        return _no_client(_NO_CLIENT[match[1]])
    return _client(text)


def session_from(value: str, *, now: datetime | None = None) -> SessionReading:
    """Read the session out of a cookie's value, or take a plain session id as it is.

    Args:
        value: The value of `_ga_<container>` (under any cookie prefix), URL-encoded or not, with
            or without `name=` before it; or the bare session id.
        now: The current time, to refuse sessions of the future; with a time zone.
    """
    text, problem = _clean(value)
    if problem:
        return _no_session(problem)
    if _DIGITS.fullmatch(text):
        return _session(text, None, None, now)
    match = _SESSION_COOKIE.fullmatch(text)
    body = match[1] if match else text
    if body[:1].isalpha() if match else _FRAMELESS_SESSION.fullmatch(body):
        parts: dict[str, str] = {}
        for part in body.split("$"):
            parts.setdefault(part[:1], part[1:])
        return _session(parts.get("s"), parts.get("o"), parts.get("t"), now)
    if match is None:
        return _no_session("neither a whole session cookie nor a number")
    fields = [*body.split("."), "", "", "", ""]
    return _session(fields[0], fields[1], fields[3], now)


def _clean(value: str) -> tuple[str, str | None]:
    """Undo what frameworks do to cookies: white space, quotes, `name=`, one URL-encoding.

    Returns:
        The value, and why there is no point in reading it, if so.
    """
    if len(value) > _MAX_COOKIE_LENGTH:
        return "", "longer than any cookie"
    text = value.strip().strip('"')
    if name := _NAME_PREFIX.match(text):
        text = text[name.end() :].partition(";")[0]
    text = unquote(text).strip().strip('"')
    return text, _BLANK if is_placeholder(text) else None


def _client(text: str) -> ClientIdReading:
    """Judge what is left once a cookie's frame is gone."""
    if len(text) > MAX_CLIENT_ID_LENGTH:
        return _no_client(f"longer than {MAX_CLIENT_ID_LENGTH} characters")
    if _STANDARD_ID.fullmatch(text):
        return ClientIdReading(text, standard=True, problem=None)
    if is_placeholder(text):
        return _no_client(_BLANK)
    for pattern, problem in _NO_ID:
        if pattern.search(text):
            return _no_client(problem)
    return ClientIdReading(text, standard=False, problem=None)


def _no_client(problem: str) -> ClientIdReading:
    return ClientIdReading(None, standard=False, problem=problem)


def _session(
    start: str | None, number: str | None, last_hit: str | None, now: datetime | None
) -> SessionReading:
    """Judge the parts of a session cookie; the start decides, the rest is let go when odd."""
    session_id = _number(start)
    if session_id is None:
        return _no_session("no session id where one should be")
    if session_id > _LATEST_SESSION:
        return _no_session("the session id is no time in seconds: too many digits")
    if session_id < _EARLIEST_SESSION:
        return _no_session("the session id is no believable time: before 2012")
    limit = now.timestamp() + _CLOCK_SKEW_SECONDS if now else _LATEST_SESSION
    if session_id > limit:
        return _no_session("the session id is no believable time: in the future")
    seconds = _number(last_hit)
    return SessionReading(
        session_id,
        session_number=_number(number) or None,
        last_hit=from_unix_seconds(seconds)
        if seconds is not None and session_id <= seconds <= limit
        else None,
        problem=None,
    )


def _no_session(problem: str) -> SessionReading:
    return SessionReading(None, None, None, problem)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and _DIGITS.fullmatch(text) else None
