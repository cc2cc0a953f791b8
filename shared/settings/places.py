"""Settings that are JSON: each fault is named by its place, as `ROUTES[1].to`, without a value."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from shared.errors import InvalidValueError
from shared.settings.reader import Reader

_SHOWN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}", re.ASCII)

T = TypeVar("T")


class Places(msgspec.Struct, frozen=True):
    """Reads the parts of a setting.

    Attributes:
        reader: Collects what is wrong.
    """

    reader: Reader

    def text(self, at: str, entry: Mapping[str, object], read: Callable[[str], T]) -> T | None:
        """Return what stands under the last name of a place; None, and a fault, where it cannot.

        Args:
            at: The place, as `STREAMS.live.sink`.
            entry: The object it stands in.
            read: Reads its text; raises `InvalidValueError`.
        """
        name = at.rpartition(".")[2]
        if name not in entry:
            return None
        given = entry[name]

        def text() -> T:
            if not isinstance(given, str) or not given.strip():
                raise InvalidValueError("takes text that is not empty")
            return read(given.strip())

        return self.reader.attempt(at, text)

    def unknown(self, at: str, entry: Mapping[str, object], known: Sequence[str]) -> None:
        """Name each key of an object that nobody reads."""
        for name in entry:
            if name not in known:
                there = f"there is {', '.join(known)}"
                self.fault(f"{at}.{shown(name)}", f"does not exist; {there}")

    def fault(self, at: str, says: str) -> None:
        """Put down what is wrong at a place."""
        self.reader.problems.append(f"{at}: {says}")


def shown(name: str) -> str:
    """Return a key as a fault may name it: one of another shape may be a secret."""
    return name if _SHOWN.fullmatch(name) else "(a key that is no name)"


def json_object(form: str) -> Callable[[str], dict[str, object]]:
    """Return what reads an object.

    Args:
        form: What it looks like, for the fault.
    """

    def read(text: str) -> dict[str, object]:
        found = read_json(text)
        if not isinstance(found, dict):
            raise InvalidValueError(f"takes an object: {form}")
        return found

    return read


def json_list(form: str) -> Callable[[str], list[object]]:
    """Return what reads a list. Argument as `json_object`."""

    def read(text: str) -> list[object]:
        found = read_json(text)
        if not isinstance(found, list):
            raise InvalidValueError(f"takes a list: {form}")
        return found

    return read


def read_json(text: str) -> object:
    """Return what a setting's JSON holds.

    Raises:
        InvalidValueError: It is no JSON, or a key stands twice in one object.
    """
    try:
        # A number with decimals is compared as it is written.
        return json.loads(text, object_pairs_hook=_once, parse_float=str)
    except RecursionError:
        raise InvalidValueError("is nested too deeply") from None
    except InvalidValueError:
        raise
    except ValueError:
        raise InvalidValueError("is not JSON") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; of a key that stands there twice nobody knows which one counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InvalidValueError("has the same key twice in one object")
    return found
