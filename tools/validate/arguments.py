"""Arguments of `connectors validate` that cyclopts does not know by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

from cyclopts import Parameter, Token

from tools.errors import UsageError


def _flag_or_value(type_: object, tokens: Sequence[Token]) -> bool | str:
    """Return the value as it stands: cyclopts would take `no` or `f` for a boolean."""
    del type_
    return True if tokens[0].implicit_value is True else tokens[0].value


STANDARD_INPUT: Final = "\0-"
"""What stands for a lone `-`, which looks like an option: see `tokens_of`."""


def tokens_of(arguments: list[str]) -> list[str]:
    """Return a command's arguments, `validate`'s lone `-` as what no option begins with.

    Args:
        arguments: As they were typed.
    """
    if arguments[:1] != ["validate"]:
        return list(arguments)
    return [STANDARD_INPUT if argument == "-" else argument for argument in arguments]


def _file(type_: object, tokens: Sequence[Token]) -> str:
    del type_
    return "-" if tokens[0].value == STANDARD_INPUT else tokens[0].value


File = Annotated[str | None, Parameter(converter=_file)]
"""A file, or `-` for standard input."""

FlagOrUrl = Annotated[
    bool | str,
    Parameter(negative="", converter=_flag_or_value, show_default=False, metavar="[URL]"),
]
"""An option whose value may be left out."""

Names = Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]
"""An option that may be repeated."""


def moment(text: str | None) -> datetime | None:
    """Return the moment that `--now` names.

    Raises:
        UsageError: If it is none, or has no time zone.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError("--now takes a time such as 2026-11-23T12:00:00Z")
    return found
