"""Typed reading of a sender's JSON: a failure names every bad field and never a value."""

from collections.abc import Collection, Sequence
from typing import TypeVar

import msgspec

from shared.errors import UnusableError
from shared.faults import faults_of

T = TypeVar("T")


class Expanded(msgspec.Struct, frozen=True):
    """An object that stands where its id could stand."""

    id: str


Reference = str | Expanded | None
"""A field that a sender gives as an id or, expanded, as the object itself."""


def id_of(reference: Reference) -> str | None:
    """Return the id of a reference, however it was sent; None for none or an empty one."""
    found = reference.id if isinstance(reference, Expanded) else reference
    return found or None


def read(raw: bytes | msgspec.Raw, shape: type[T], *, at: str = "") -> T:
    """Read JSON into a shape; the error names every bad field at once.

    Args:
        raw: The JSON.
        shape: A msgspec type; fields it does not name are ignored.
        at: Where `raw` stands in the whole, for the error's paths.

    Raises:
        UnusableError: It is not JSON, or fields are missing or not what their types want.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise UnusableError.of(faults_of(bytes(raw), shape, at=at)) from None


def read_tolerant(
    raw: bytes | msgspec.Raw, shape: type[T], dispensable: Collection[str], at: str = ""
) -> tuple[T, tuple[str, ...]]:
    """Read JSON into a shape, without parts that are unreadable and can be done without.

    A payment whose money is certain is not lost because of a field beside it.

    Args:
        raw: The JSON.
        shape: A msgspec type; each dispensable field has a default.
        dispensable: Paths of objects' fields, e.g. `details.line_items`.
        at: Where `raw` stands in the whole, for the error's path.

    Returns:
        What was read, and a note for each part that was left out.

    Raises:
        UnusableError: It is not JSON, or a field that is needed is missing or of another type.
            All bad fields are named, those that are needed first.
    """
    try:
        return read(raw, shape, at=at), ()
    except UnusableError as error:
        every = error
    left_out: dict[str, str] = {}
    for path, problem in every.faults:
        part = next((part for part in dispensable if _is_in(path, part, at)), None)
        if part is not None:
            left_out.setdefault(part, f"{path}: {problem}")
    for part in left_out:
        raw = _without(bytes(raw), part.split("."))
    try:
        return read(raw, shape, at=at), tuple(left_out.values())
    except UnusableError as needed:
        raise UnusableError.of([*needed.faults, *every.faults]) from None


def _is_in(path: str, part: str, at: str) -> bool:
    whole = f"{at}.{part}" if at else part
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def _without(raw: bytes, path: Sequence[str]) -> bytes:
    """Return JSON without one field; the rest byte for byte."""
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    first, *rest = path
    if rest:
        fields[first] = msgspec.Raw(_without(bytes(fields[first]), rest))
    else:
        fields.pop(first, None)
    return msgspec.json.encode(fields)
