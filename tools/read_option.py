"""Reading the text of an option."""

from collections.abc import Callable
from typing import TypeVar

from shared.errors import InvalidValueError
from tools.errors import UsageError

T = TypeVar("T")


def read_option(name: str, text: str, read: Callable[[str], T]) -> T:
    """Return what an option's text means.

    Args:
        name: The option, as the error names it.
        text: Its text.
        read: Reads such a text.

    Raises:
        UsageError: The text breaks a rule; the rule is named, never the text.
    """
    try:
        return read(text)
    except InvalidValueError as error:
        raise UsageError(f"{name}: {error}") from None
