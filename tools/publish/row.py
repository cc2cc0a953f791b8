"""A row of the input, and where it ends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: Where it begins, counted from 1.
        end: The offset of the byte after it: reading may go on from there.
        end_line: The line that begins there.
        body: Its JSON.
        problem: Field and reason, where there is no JSON to be had of it.
    """

    line: int
    end: int
    end_line: int
    body: bytes = b""
    problem: tuple[str, str] | None = None
