"""Typed reading of a sender's JSON: every failure names its path and never the value."""

import re
from typing import Final, TypeVar

import msgspec

from shared.errors import UnusableError

T = TypeVar("T")

_LOCATED: Final = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
# The one message of msgspec that repeats what it read.
_REPEATS: Final = re.compile(r"^Invalid enum value .*", re.DOTALL)


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
        raise UnusableError(at or "body", "nested too deeply") from None
    except UnicodeError:
        raise UnusableError(at or "body", "not UTF-8") from None
    except msgspec.MsgspecError as error:
        located = _LOCATED.match(str(error))
        path = (located and located["path"]) or ""
        problem = located["problem"] if located else "unreadable"
        whole = ".".join(part for part in (at, path) if part)
        problem = _REPEATS.sub("Not one of the known values", problem)
        raise UnusableError(whole or "body", problem.replace("`", "")) from None
