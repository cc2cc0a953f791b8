"""Two objects' metadata as one: the nearer one wins."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from shared.providers.metadata import consent_of_key, decode_metadata, stricter_answer

_CLIENT: Final = frozenset({"ga_client_id", "ga_cookie"})
_SESSION: Final = frozenset(
    {"ga_session_id", "ga_session_cookie", "ga_session_number", "ga_captured_at"}
)


def overlaid(below: msgspec.Raw, above: msgspec.Raw) -> msgspec.Raw:
    """Return the metadata of `below` overlaid by that of `above`; a denial in either counts.

    A client or a session is taken whole from one of them: a client of one with the session of
    the other would be somebody who never was. What is no object holds nothing; what
    cannot be read is returned as it is.

    Args:
        below: E.g. a subscription's.
        above: E.g. its invoice's.
    """
    far, near = _read(below), _read(above)
    if far is None or near is None:
        # A denial may stand in what cannot be read: nothing of the other may hide that.
        return below if far is None else above
    hidden: frozenset[str] = frozenset()
    if _CLIENT & near.keys():
        hidden = _CLIENT | _SESSION
    elif _SESSION & near.keys():
        hidden = _SESSION
    kept = {key: value for key, value in far.items() if key not in hidden}
    both = {
        key: stricter_answer(kept[key], near[key])
        for key in kept.keys() & near.keys()
        if consent_of_key(key) is not None
    }
    return msgspec.Raw(msgspec.json.encode({**kept, **near, **both}))


def _read(raw: msgspec.Raw) -> Mapping[str, Any] | None:
    """Return the object; an empty one of what is none, None of what is no JSON."""
    try:
        found = decode_metadata(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else {}
