"""Rows of the input, JSON lines or a CSV table, and where each ends."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tools.errors import UsageError
from tools.publish.mapping import Mapping
from tools.publish.source import LONGEST_ROW, Source


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


csv.field_size_limit(LONGEST_ROW)
_SURROGATES: Final = "surrogateescape"


class _TooLong(Exception):  # noqa: N818 - never leaves this file
    """A row goes on and on: somewhere a quotation mark is not closed."""


class _Lines:
    """Lines of text for Python's reader, with the place they end at."""

    def __init__(self, source: Source, offset: int, line: int) -> None:
        self._stream = source.stream
        self._row_bytes = 0
        self.go_to(offset, line)

    def go_to(self, offset: int, line: int) -> None:
        """Read on elsewhere."""
        self._stream.seek(offset)
        self.offset, self.line = offset, line

    def begin_row(self) -> None:
        """Say that the next line is the first of a row."""
        self._row_bytes = 0

    def __iter__(self) -> "_Lines":
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next line, with its end."""
        raw = self._stream.readline(LONGEST_ROW + 1)
        if not raw:
            raise StopIteration
        self._row_bytes += len(raw)
        if self._row_bytes > LONGEST_ROW:
            raise _TooLong(f"longer than {LONGEST_ROW} bytes")
        if self.offset == 0:
            self.offset = len(raw) - len(raw.removeprefix(BOM_UTF8))
            raw = raw.removeprefix(BOM_UTF8)
        self.offset += len(raw)
        self.line += 1
        return raw.decode(errors=_SURROGATES)


def csv_rows(
    source: Source, mapping: Mapping, *, delimiter: str, offset: int = 0, line: int = 1
) -> Iterator[Row]:
    """Yield each row below the header.

    Args:
        source: The input.
        mapping: Which column is which field.
        delimiter: What stands between cells.
        offset: Where to begin, if not below the header: the start of a row.
        line: The number of its line.

    Raises:
        UsageError: If there is no header, or the mapping names a column that is not there.
    """
    lines = _Lines(source, 0, 1)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header = _header(reader, source)
    document = mapping.reader_of(header)
    if offset:
        lines.go_to(offset, line)
    while True:
        start, at = lines.line, lines.offset
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_TooLong, csv.Error) as error:
            # A quotation mark that is not closed must not swallow the rows below.
            _skip_line(source, lines, at, start)
            yield Row(start, lines.offset, lines.line, problem=("row", f"no CSV: {error}"))
            continue
        if len(cells) not in (0, len(header)):
            problem = ("row", f"{len(cells)} cells under {len(header)} columns")
            yield Row(start, lines.offset, lines.line, problem=problem)
        elif cells:
            made = document(cells)
            if isinstance(made, bytes):
                yield Row(start, lines.offset, lines.line, made)
            else:
                yield Row(start, lines.offset, lines.line, problem=made)


def _header(reader: Iterator[list[str]], source: Source) -> list[str]:
    try:
        header = next(reader, [])
    except (csv.Error, _TooLong):
        header = []
    if not any(header):
        raise UsageError(f"{source.path} has no header of column names")
    if len(set(header)) < len(header):
        raise UsageError(f"{source.path} has two columns of the same name")
    return header


def _skip_line(source: Source, lines: _Lines, offset: int, line: int) -> None:
    """Go on below a line that opens what is never closed."""
    source.stream.seek(offset)
    while piece := source.stream.readline(LONGEST_ROW):
        offset += len(piece)
        if piece.endswith(b"\n"):
            break
    lines.go_to(offset, line + 1)
