"""Speaking of values and names in messages without repeating what may be personal."""

import re
from decimal import Decimal
from typing import Final

# A name that could not hold an address or a number of anybody's: shown as it is.
_HARMLESS: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_LONG_DIGITS: Final = re.compile(r"[0-9]{6}")


def shown(name: object) -> str:
    """Return a name as it may be shown in a path: itself, or its length where it is absurd."""
    if not isinstance(name, str):
        return f"<{described(name)}>"
    if _HARMLESS.fullmatch(name) and not _LONG_DIGITS.search(name):
        return name
    return f"<name of {len(name)} characters>"


def under(path: str, name: object) -> str:
    """Return the path of what is called `name` inside `path`."""
    return f"{path}.{shown(name)}" if path else shown(name)


def described(value: object) -> str:
    """Return the type of a JSON value, and its length where it has one; never the value."""
    if isinstance(value, str):
        return f"text of {len(value)} characters"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float | Decimal):
        return "a number"
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"an array of {len(value)}"
    return "an object" if isinstance(value, dict) else "something that is not JSON"
