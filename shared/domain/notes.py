"""What of an event was left out, and why."""

from collections.abc import Iterator


class Notes:
    """The notes of one event, for its log line and the ledger: paths and reasons, never a value.

    Whoever maps an event makes one, and hands each part of the event `under` its path.
    """

    def __init__(self) -> None:
        self._at = ""
        self._lines: list[str] = []

    def under(self, path: str) -> "Notes":
        """Return the same notes for the fields below `path`."""
        part = Notes()
        part._at, part._lines = self._path(path), self._lines
        return part

    def add(self, field: str, problem: str) -> None:
        """Note that a field was left out.

        Args:
            field: Its path below where these notes stand; empty for the whole of that.
            problem: Why, in a few words.
        """
        self._lines.append(f"{self._path(field)}: {problem}")

    def extend(self, others: "Notes") -> None:
        """Add all notes of a part that was read apart."""
        self._lines.extend(others)

    def _path(self, field: str) -> str:
        return f"{self._at}.{field}" if self._at and field else self._at or field

    def __iter__(self) -> Iterator[str]:
        """Yield `PATH: problem`, in the order they were added."""
        return iter(tuple(self._lines))
