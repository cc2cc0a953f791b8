"""Holds a request against Google's discovery document: names, types, enums, nothing unknown.

Protobuf's JSON has two names for a field (`eventName`, `event_name`), takes an enum by name or by
number and a number as text. All of that is taken here too, and brought into one form: camelCase
names, enums by name. Everything else stays as it was sent, each digit of a number too.

Source: https://protobuf.dev/programming-guides/json/
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

from tools.data_manager.violations import Violation, in_snake

DISCOVERY: Final = Path(__file__).parent / "discovery" / "datamanager.v1.json"
_PACKAGE: Final = "type.googleapis.com/google.ads.datamanager.v1"
_MOST_VIOLATIONS: Final = 50
_BITS: Final = {"int32": 31, "int64": 63}
_NOT_FINITE: Final = frozenset({"NaN", "Infinity", "-Infinity"})
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_TIMESTAMP: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
# The document lists an enum's names by their numbers, except here.
_NUMBERS: Final = {"MESSAGE": 6, "OTHER": 5}


@dataclass(frozen=True)
class _Field:
    """A field of a message. `message` and `enum` are empty where it is a plain value."""

    name: str
    snake: str
    kind: str
    message: str
    enum: Mapping[int, str]
    is_list: bool


def read_structure(message: str, document: object) -> tuple[dict[str, Any], list[Violation]]:
    """Read a JSON document as a message of the API.

    Args:
        message: The message, e.g. `IngestEventsRequest`.
        document: As parsed; numbers with decimals are `Decimal`.

    Returns:
        The message in one form, and all that is wrong; with anything wrong the form is unfit.
    """
    found: list[Violation] = []
    if not isinstance(document, dict):
        text = 'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        return {}, [Violation("", text)]
    read = _message(message, document, "", found)
    return read, found[:_MOST_VIOLATIONS]


def read_timestamp(text: str) -> datetime | None:
    """Read RFC 3339 as Protobuf does; None where it is something else. Nanoseconds are cut off."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    seconds, fraction, offset = match.groups()
    micros = (fraction or "0").ljust(6, "0")[:6]
    try:
        return datetime.fromisoformat(f"{seconds}.{micros}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _message(
    message: str, document: Mapping[str, Any], path: str, found: list[Violation]
) -> dict[str, Any]:
    fields, read = _fields(message), {}
    for name, value in document.items():
        field = fields.get(name)
        if field is None:
            where = f" at '{path}'" if path else ""
            text = (
                f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
            )
            found.append(Violation(path, text))
        elif field.name in read:
            text = f"Invalid value at '{path}' (oneof), field '{field.name}' is already set."
            found.append(Violation(path, text))
        elif value is not None:  # null is the same as no value
            place = f"{path}.{field.snake}" if path else field.snake
            read[field.name] = _value(field, value, place, found)
    # The only oneof of a request, and the document knows of none.
    if message == "UserIdentifier" and len(read) > 1:
        text = f"Invalid value at '{path}' (oneof), oneof field 'identifier' is already set."
        found.append(Violation(path, text))
    return read


def _value(field: _Field, value: object, path: str, found: list[Violation]) -> Any:  # noqa: ANN401 - JSON
    if not field.is_list:
        return _single(field, value, path, found)
    if not isinstance(value, list):
        found.append(_wrong(field, value, path))
        return []
    return [_single(field, one, f"{path}[{n}]", found) for n, one in enumerate(value)]


def _single(field: _Field, value: object, path: str, found: list[Violation]) -> Any:  # noqa: ANN401 - JSON
    if field.message:
        if isinstance(value, dict):
            return _message(field.message, value, path, found)
    elif field.enum:
        if isinstance(value, str) and value in field.enum.values():
            return value
        if _is_integer(value, 31):
            number = int(Decimal(str(value)))
            # An enum is open: what is unknown is no error of form.
            return field.enum.get(number, number)
    elif _is(field.kind, value):
        return value
    found.append(_wrong(field, value, path))
    return None


def _is(kind: str, value: object) -> bool:
    if kind in _BITS:
        return _is_integer(value, _BITS[kind])
    if kind == "double":
        return _is_double(value)
    if kind == "boolean":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    return kind != "google-datetime" or read_timestamp(value) is not None


def _is_integer(value: object, bits: int) -> bool:
    """Whether it is a whole number, as a number or as text: `2`, `2.0`, `"2"`."""
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            return False
        value = int(value) if len(value) <= len(str(1 << bits)) + 1 else 1 << bits
    if isinstance(value, Decimal):
        # Adjusted first: 1e999999 as an integer would take all memory.
        return value.adjusted() < bits and value == value.to_integral_value() and _fits(value, bits)
    return isinstance(value, int) and not isinstance(value, bool) and _fits(value, bits)


def _fits(value: int | Decimal, bits: int) -> bool:
    return -(1 << bits) <= value < 1 << bits


def _is_double(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | Decimal):
        return abs(float(value)) != float("inf") if _is_small(Decimal(value)) else False
    if not isinstance(value, str):
        return False
    if value in _NOT_FINITE:
        return True
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and value == value.strip() and _is_double(number)


def _is_small(value: Decimal) -> bool:
    return value.is_finite() and value.adjusted() <= 308  # noqa: PLR2004 - of a double


def _wrong(field: _Field, value: object, path: str) -> Violation:
    """Google repeats the value. Nobody who reads its answers may write them down."""
    if field.message:
        kind = f"{_PACKAGE}.{field.message}"
    elif field.enum:
        kind = f"{_PACKAGE}.{field.kind}"
    elif field.kind == "google-datetime":
        kind = "type.googleapis.com/google.protobuf.Timestamp"
    else:
        kind = f"TYPE_{field.kind.upper()}".replace("BOOLEAN", "BOOL")
    shown = json.dumps(value, default=str)
    return Violation(path, f"Invalid value at '{path}' ({kind}), {shown}")


@cache
def _schemas() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(DISCOVERY.read_bytes())
    schemas: Mapping[str, Any] = document["schemas"]
    return schemas


@cache
def _fields(message: str) -> Mapping[str, _Field]:
    """A message's fields by both of their names."""
    properties = _schemas()[message].get("properties", {})
    fields = [_field(name, schema) for name, schema in properties.items()]
    return {name: field for field in fields for name in (field.name, field.snake)}


def _field(name: str, schema: Mapping[str, Any]) -> _Field:
    is_list = schema.get("type") == "array"
    own = schema["items"] if is_list else schema
    enum = {_NUMBERS.get(each, n): each for n, each in enumerate(own.get("enum", ()))}
    # Enums have no name in the document; the field's says as much.
    kind = name[:1].upper() + name[1:] if enum else own.get("format") or own.get("type", "")
    return _Field(name, in_snake(name), kind, own.get("$ref", ""), enum, is_list)
