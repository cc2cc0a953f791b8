"""Rows of JSON lines."""

from codecs import BOM_UTF8
from collections.abc import Iterator

from tools.publish.row import Row
from tools.publish.source import LONGEST_ROW, Source


def json_lines(source: Source, *, offset: int = 0, line: int = 1) -> Iterator[Row]:
    """Yield each line that is not blank; only one is ever held.

    Args:
        source: The input.
        offset: Where to begin: the start of a line.
        line: Its number.
    """
    stream = source.stream
    stream.seek(offset)
    while piece := stream.readline(LONGEST_ROW):
        if offset == 0:
            offset, piece = _without_mark(piece)
        too_long = False
        offset += len(piece)
        while not piece.endswith(b"\n") and (more := stream.readline(LONGEST_ROW)):
            too_long = True
            offset += len(more)
            piece = more
        body = piece.strip()
        if too_long:
            problem = ("body", f"longer than {LONGEST_ROW} bytes")
            yield Row(line, offset, line + 1, problem=problem)
        elif body:
            yield Row(line, offset, line + 1, body)
        line += 1


def _without_mark(piece: bytes) -> tuple[int, bytes]:
    """Return how many bytes a byte order mark takes, and what follows it."""
    rest = piece.removeprefix(BOM_UTF8)
    return len(piece) - len(rest), rest
