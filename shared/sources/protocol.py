"""What a place of rows must do."""

from collections.abc import Mapping, Sequence
from typing import Protocol

Row = Mapping[str, str]
"""One row: names and values as text."""


class Source(Protocol):
    """Rows that are found by a key, read-only."""

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Row]]:
        """Return the rows of each key; a key without any may be absent.

        Args:
            keys: What to look up; opaque, and never logged.

        Raises:
            UnavailableError: The place is out of reach now.
            MisconfiguredError: There is no such place, or it has no such columns.
        """
        ...

    async def close(self) -> None:
        """Let go of the place."""
        ...


class Nothing:
    """No place at all: nothing is known of anything."""

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Row]]:
        """Return nothing."""
        del keys
        return {}

    async def close(self) -> None:
        """Do nothing."""
