"""Typed reading of a sender's JSON: every failure names its path and never the value."""

import re
from collections.abc import Collection, Sequence
from typing import Final, TypeVar

import msgspec

from shared.errors import UnusableError
from shared.faults import WHOLE, faults_of

T = TypeVar("T")

_LOCATED: Final = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
# The first repeats what it read; the second shows a regular expression.
_IN_OTHER_WORDS: Final = re.compile(r"^Invalid enum value |matching regex ")


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
    """Read JSON into a shape.

    Args:
        raw: The JSON.
        shape: A msgspec type; fields it does not name are ignored.
        at: Where `raw` stands in the whole, for the error's path.

    Raises:
        UnusableError: It is not JSON, or a field is missing or of another type.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except RecursionError:
        raise UnusableError(at or WHOLE, "nested too deeply") from None
    except UnicodeError:
        raise UnusableError(at or WHOLE, "not UTF-8") from None
    except msgspec.MsgspecError as error:
        located = _LOCATED.match(str(error))
        path = (located and located["path"]) or ""
        problem = located["problem"] if located else "unreadable"
        whole = ".".join(part for part in (at, path) if part)
        if _IN_OTHER_WORDS.search(problem):
            problem = dict(faults_of(bytes(raw), shape)).get(path or WHOLE, "not what is expected")
        raise UnusableError(whole or WHOLE, problem.replace("`", "")) from None


def read_all(raw: bytes | msgspec.Raw, shape: type[T]) -> T:
    """Read JSON into a shape of our own; the error names every bad field at once.

    Args:
        raw: The JSON.
        shape: A msgspec type; fields it does not name are ignored.

    Raises:
        UnusableError: It is not JSON, or fields are missing or not what their types want.
    """
    try:
        return read(raw, shape)
    except UnusableError as error:
        raise UnusableError.of(faults_of(bytes(raw), shape) or error.faults) from None


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
    """
    notes: list[str] = []
    while True:
        try:
            return read(raw, shape, at=at), tuple(notes)
        except UnusableError as error:
            inside = error.path.removeprefix(f"{at}.") if at else error.path
            path = next((p for p in dispensable if _is_in(inside, p)), None)
            if path is None:
                raise
            notes.append(str(error))
            raw = _without(bytes(raw), path.split("."))


def _is_in(path: str, part: str) -> bool:
    return path == part or path.startswith((f"{part}.", f"{part}["))


def _without(raw: bytes, path: Sequence[str]) -> bytes:
    """Return JSON without one field; the rest byte for byte."""
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    first, *rest = path
    if rest:
        fields[first] = msgspec.Raw(_without(bytes(fields[first]), rest))
    else:
        fields.pop(first, None)
    return msgspec.json.encode(fields)
