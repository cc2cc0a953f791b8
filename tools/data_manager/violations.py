"""What can be wrong with a field, in Google's words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

_CAPITAL: Final = re.compile(r"(?<!^)([A-Z])")
_RESERVED: Final = "Parameter uses a reserved name."


@dataclass(frozen=True)
class Violation:
    """One thing of a request that is not as it has to be.

    Attributes:
        field: Where, in Google's spelling: `events.events[0].event_name`.
        description: What is wrong, in Google's words where they are known.
        reason: The name of one of Google's reasons; empty where Google names none.
    """

    field: str
    description: str
    reason: str = ""


@cache
def in_snake(name: str) -> str:
    """Return a camelCase name as Protobuf spells it in its source."""
    return _CAPITAL.sub(r"_\1", name).lower()


def missing(field: str) -> Violation:
    """Return that a required field is missing."""
    return Violation(field, "Required field is missing.", "REQUIRED_FIELD_MISSING")


def too_long(field: str) -> Violation:
    """Return that a text has too many characters."""
    return Violation(field, "Length of the field value is too long.", "FIELD_VALUE_TOO_LONG")


def too_many(field: str) -> Violation:
    """Return that a list has too many elements."""
    return Violation(field, "Too many elements in a list in the request.", "TOO_MANY_ELEMENTS")


def not_an_enum(field: str) -> Violation:
    """Return that an enum has no such value."""
    return Violation(field, "Enum value cannot be used.", "INVALID_ENUM_VALUE")


def check_name(
    pair: Mapping[str, Any], path: str, *, key: str, most: int, is_free: bool
) -> Iterator[Violation]:
    """Yield what is wrong with the name of a parameter or property, and whether it has a value.

    Args:
        pair: The name and the value.
        path: Where they stand.
        key: Which of the two is the name.
        most: So many characters a name has at most.
        is_free: Whether nothing else has this name.
    """
    name, field = pair.get(key, ""), in_snake(key)
    if not name:
        yield missing(f"{path}.{field}")
    elif len(name) > most:
        yield too_long(f"{path}.{field}")
    elif not is_free:
        yield Violation(f"{path}.{field}", _RESERVED, "RESERVED_NAME_USED")
    if not pair.get("value"):
        yield missing(f"{path}.value")
