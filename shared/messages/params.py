"""Further parameters that a message wants sent to GA4."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from shared.decoding import read
from shared.domain.notes import Notes
from shared.domain.param import DecimalParam, Param

MAX_PARAMS: Final = 10
MAX_ITEM_PARAMS: Final = 10
MAX_USER_PROPERTIES: Final = 25
MAX_TEXT_LENGTH: Final = 100
MAX_USER_PROPERTY_LENGTH: Final = 36
_MAX_NUMBER: Final = 2**53  # beyond, JavaScript and GA4 lose digits
_MAX_DIGITS: Final = 15
# GA4's rule for names, and the prefixes it keeps for itself ("Event naming rules", reserved names);
# `mp_` is ours.
_NAME: Final = re.compile(r"(?!ga_|google_|firebase_|mp_)[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)
_USER_PROPERTY: Final = re.compile(r"(?!ga_|google_|firebase_|mp_)[A-Za-z][A-Za-z0-9_]{0,23}")
# What the event itself says, or GA4 reads as more than a parameter.
_TAKEN: Final = frozenset(
    """
    client_id coupon currency customer_type debug_mode engagement_time_msec firebase_conversion
    items late_hours page_location purchase_type session_id session_number shipping
    tax timestamp_micros transaction_id user_id value value_basis
    """.split()
)
_TAKEN_IN_ITEMS: Final = frozenset(
    "coupon currency discount index item_id item_name item_variant price quantity".split()
)
_NUMBER: Final = re.compile(rb"-?[0-9][0-9.eE+-]*")


def params_of(
    raw: Mapping[str, msgspec.Raw] | None, notes: Notes, *, most: int = MAX_PARAMS
) -> dict[str, Param]:
    """Return the parameters that may be sent.

    Args:
        raw: Names and values as JSON.
        notes: The message's. Names of a wrong shape are not repeated: they may be anything.
        most: How many there may be.

    Raises:
        UnusableError: A text is not UTF-8, as no JSON may be.
    """
    return _believable(raw, notes.under("params"), most=most, taken=_TAKEN)


def item_params_of(raw: Mapping[str, msgspec.Raw] | None, notes: Notes) -> dict[str, Param]:
    """Return an item's further parameters that may be sent. Raises as `params_of`.

    Args:
        raw: Names and values as JSON.
        notes: The item's.
    """
    return _believable(raw, notes.under("params"), most=MAX_ITEM_PARAMS, taken=_TAKEN_IN_ITEMS)


def user_properties_of(raw: Mapping[str, msgspec.Raw] | None, notes: Notes) -> dict[str, Param]:
    """Return the user properties that may be sent. Raises as `params_of`.

    Args:
        raw: Names and values as JSON.
        notes: The message's.
    """
    return _believable(
        raw,
        notes.under("user_properties"),
        most=MAX_USER_PROPERTIES,
        names=_USER_PROPERTY,
        longest=MAX_USER_PROPERTY_LENGTH,
    )


def _believable(  # noqa: PLR0913 - what may stand there
    values: Mapping[str, msgspec.Raw] | None,
    notes: Notes,
    *,
    most: int,
    taken: Collection[str] = (),
    names: re.Pattern[str] = _NAME,
    longest: int = MAX_TEXT_LENGTH,
) -> dict[str, Param]:
    params: dict[str, Param] = {}
    for name, raw in (values or {}).items():
        if not names.fullmatch(name):
            notes.add("", "a name that GA4 does not take")
        elif name in taken:
            notes.add(name, "the event itself says it")
        elif (value := _value(bytes(raw).strip(), longest)) is None:
            notes.add(name, "neither a text nor a number GA4 takes")
        elif len(params) == most:
            notes.add(name, f"more than {most}")
        else:
            params[name] = value
    return params


def _value(raw: bytes, longest: int) -> Param | None:
    if raw.startswith(b'"'):
        text = read(raw, str)
        return text if text.strip() and len(text) <= longest else None
    if not _NUMBER.fullmatch(raw) or len(raw) > longest:
        return None
    text = raw.decode("ascii")
    if text.lstrip("-").isdecimal():
        whole = int(text)
        return whole if abs(whole) < _MAX_NUMBER else text
    number = Decimal(text)
    # As many digits as a double keeps, and none that only an exponent can write.
    exact = abs(number.adjusted()) <= _MAX_DIGITS and len(number.as_tuple().digits) <= _MAX_DIGITS
    if exact:
        return DecimalParam(number)
    plain = f"{number:f}"
    return plain if len(plain) <= longest else text
