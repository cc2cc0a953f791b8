"""Rules for a single value: its type, its length, and that it can be written at all."""

import re
from decimal import Decimal
from math import isfinite
from typing import Final, TypeGuard

from shared.ga4.findings import Code
from shared.ga4.recommended import Type
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described

Fault = tuple[Code, str, str]
"""What a finding says besides level and path: code, message and source."""

_STRING: Final = Type.STRING
_NUMBER: Final = Type.NUMBER
_BOOLEAN: Final = Type.BOOLEAN
_HALF_CHARACTER: Final = re.compile(r"[\ud800-\udfff]")


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Return whether `value` is a finite JSON number, which true and false are not."""
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def is_blank(value: object) -> bool:
    """Return whether `value` is text with nothing in it."""
    return isinstance(value, str) and not value.strip()


def is_text(value: object) -> TypeGuard[str]:
    """Return whether `value` is text that can be written as UTF-8."""
    return isinstance(value, str) and (value.isascii() or not _HALF_CHARACTER.search(value))


def value_fault(value: object, wanted: Type | None, most: int) -> Fault | None:
    """Return what is wrong with the value of a parameter, an item field or a user property.

    Args:
        value: Any JSON value.
        wanted: The type it has to have; None where text and numbers both will do.
        most: How many characters text may have.
    """
    if isinstance(value, str):
        if wanted is None or wanted is _STRING:
            return _text_fault(value, most)
    elif is_number(value):
        if wanted is None or wanted is _NUMBER:
            return None
    elif wanted is _BOOLEAN and isinstance(value, bool):
        return None
    return Code.VALUE_INVALID, f"{_WANTED[wanted]}; this is {described(value)}", sources.EVENTS


def _text_fault(text: str, most: int) -> Fault | None:
    if len(text) > most:
        message = f"at most {most} characters; this is {described(text)}"
        return Code.VALUE_OUT_OF_BOUNDS, message, sources.SENDING
    if not is_text(text):
        message = "text has to be UTF-8; this has half a character (a lone surrogate)"
        return Code.VALUE_INVALID, message, sources.JSON
    return None


_WANTED: Final = {
    Type.STRING: "has to be text",
    Type.NUMBER: "has to be a finite number, not text: no quotes, no currency sign",
    Type.BOOLEAN: "has to be true or false",
    Type.ITEMS: "has to be an array of objects",
    None: "has to be text or a finite number: only `items` is an array of objects",
}
