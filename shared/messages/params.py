"""Further parameters that a message wants told to GA4."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

MAX_PARAMS: Final = 10
MAX_TEXT_LENGTH: Final = 100
_MAX_NUMBER: Final = 2**53  # beyond, JavaScript and GA4 lose digits
# GA4's rule for names, and the prefixes it keeps for itself ("Event naming rules", reserved names);
# `mp_` is ours.
_NAME: Final = re.compile(r"(?!ga_|google_|firebase_|mp_)[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)
# What the event itself says, or GA4 reads as more than a parameter.
_TAKEN: Final = frozenset(
    """
    client_id coupon currency customer_type debug_mode engagement_time_msec firebase_conversion
    items late_hours page_location purchase_type session_id session_number shipping
    tax timestamp_micros transaction_id user_id value value_basis
    """.split()
)
_NUMBER: Final = re.compile(rb"-?[0-9][0-9.eE+-]*")


def params_of(told: Mapping[str, msgspec.Raw] | None, notes: list[str]) -> dict[str, str | int]:
    """Return the parameters that may be sent; a number that is not whole as its own text.

    Args:
        told: Names and values as JSON.
        notes: Where a problem is added for what is left out. Names of a wrong shape are not
            repeated: they may be anything.
    """
    found: dict[str, str | int] = {}
    for name, raw in (told or {}).items():
        if not _NAME.fullmatch(name):
            notes.append("params: a name that GA4 does not take")
        elif name in _TAKEN:
            notes.append(f"params.{name}: told by the event itself")
        elif (value := _value(bytes(raw).strip())) is None:
            notes.append(f"params.{name}: neither a text nor a number GA4 takes")
        elif len(found) == MAX_PARAMS:
            notes.append(f"params.{name}: more than {MAX_PARAMS}")
        else:
            found[name] = value
    return found


def _value(raw: bytes) -> str | int | None:
    if raw.startswith(b'"'):
        text: str = msgspec.json.decode(raw, type=str)
        return text if text.strip() and len(text) <= MAX_TEXT_LENGTH else None
    if not _NUMBER.fullmatch(raw) or len(raw) > MAX_TEXT_LENGTH:
        return None
    text = raw.decode("ascii")
    if not text.lstrip("-").isdecimal():
        return text
    number = int(text)
    return number if abs(number) < _MAX_NUMBER else text
