"""Arguments of `connectors validate` that cyclopts does not know by itself."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter, Token


def _flag_or_value(type_: object, tokens: Sequence[Token]) -> bool | str:
    """Return the value as it stands: cyclopts would take `no` or `f` for a boolean."""
    del type_
    return True if tokens[0].implicit_value is True else tokens[0].value


# A lone `-` looks like an option.
File = Annotated[str | None, Parameter(allow_leading_hyphen=True)]

FlagOrUrl = Annotated[
    bool | str, Parameter(negative="", converter=_flag_or_value, show_default=False)
]
"""An option whose value may be left out."""

Names = Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]
"""An option that may be repeated."""
