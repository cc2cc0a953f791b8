"""A secret value that cannot be printed by accident."""

from typing import Final, final

_MASK: Final = "Secret(…)"


@final
class Secret:
    """Holds a secret; only `reveal` shows it.

    `repr`, `str`, f-strings, dataclass reprs and tracebacks with locals all show the mask, and
    it refuses to be pickled, so that it cannot leave the process in a queue or a cache either.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        """Return the mask."""
        return _MASK

    def __eq__(self, other: object) -> bool:
        """Compare by value, so that a rotation is distinguished from a re-read."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Hash by value."""
        return hash(self._value)

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a Secret stays in its process")
