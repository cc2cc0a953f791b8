"""`analytics` or its `consent` as no object: what it denies cannot be read, so it denies.

The money beside it is certain. A message that is rejected for it would be on record as a mistake of
the sender, and the next event of the same buyer would leave.
"""

from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.domain.context import Context
from shared.domain.context_reader import RawContext, read_context
from shared.domain.notes import Notes
from shared.errors import UnusableError

_DENIED: Final = msgspec.Raw(
    b'{"analytics":false,"ad_user_data":false,"ad_personalization":false,"ad_storage":false}'
)
_EMPTY: Final[tuple[object, ...]] = ("", [])
_QUESTIONS: Final = ("analytics", "ad_user_data", "ad_personalization", "ad_storage")

_Object = dict[str, msgspec.Raw]


def with_denials(raw: bytes | msgspec.Raw) -> bytes | None:
    """Return a message in which denials stand where no answer can be read.

    What is empty holds no answer, as senders write that nobody was asked: it is left out.

    Args:
        raw: Its JSON.

    Returns:
        None where nothing is unreadable that could deny.
    """
    try:
        message = msgspec.json.decode(raw, type=_Object)
        if "analytics" not in message:
            return None
        analytics = _as_object(message["analytics"], msgspec.Raw(b'{"consent":%b}' % _DENIED))
        if analytics is None:
            inside = msgspec.json.decode(message["analytics"], type=_Object)
            consent = _as_object(inside["consent"], _DENIED) if "consent" in inside else None
            if consent is None:
                return None
            analytics = msgspec.Raw(msgspec.json.encode({**inside, "consent": consent}))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return msgspec.json.encode({**message, "analytics": analytics})


def _as_object(raw: msgspec.Raw, denied: msgspec.Raw) -> msgspec.Raw | None:
    """Return what stands for a value that is no object; None where it is one, or null."""
    value: Any = msgspec.json.decode(raw)
    if value is None or isinstance(value, dict):
        return None
    return msgspec.Raw(b"null") if value in _EMPTY else denied


class _Answered(msgspec.Struct, frozen=True):
    analytics: Any = None
    environment: Any = None


def answers_in(raw: bytes | msgspec.Raw, *, tests: bool) -> Context:
    """Return what a message answers about consent, whatever else is wrong with it.

    Args:
        raw: Its JSON, or not; a broken character costs its value and no other.
        tests: Whether a message of a test mode counts.
    """
    try:
        message = read(bytes(raw).decode(errors="replace").encode(), _Answered)
    except UnusableError:
        return Context()
    given, captured_at = message.analytics, None
    if isinstance(given, dict):
        captured_at, given = given.get("captured_at"), given.get("consent")
    if given is None or given in _EMPTY or (message.environment == "test" and not tests):
        return Context()
    if not isinstance(given, dict):
        given = dict.fromkeys(_QUESTIONS, False)
    answers = {name: answer for name, answer in given.items() if answer is not None}
    captured_at = captured_at if isinstance(captured_at, str) else None
    return read_context(RawContext(consent=answers, captured_at=captured_at), Notes())
