"""Splitting an input into payloads: JSON lines, an array, or values that follow one another.

| the first line that is not blank | is taken for |
|---|---|
| begins with `[` | an array of payloads, on one line or on many |
| begins with `{`, and its JSON goes on after the line | one payload on many lines, or several |
| the same, but the next line is a whole payload by itself | JSON lines, the first one cut off |
| anything else | JSON lines |

A byte order mark at the start, CR LF and blank lines belong to the file and not to a payload.
"""

import io
import json
import os
import re
import stat
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Final, NamedTuple, TypeVar

import msgspec

from tools.errors import UsageError
from tools.input_file import BUFFER_BYTES, is_missing, open_input
from tools.progress import bar

T = TypeVar("T")

STANDARD_INPUT: Final = "-"
_EVERY: Final = 500  # payloads: some thirty times a second


class Source(NamedTuple):
    """An input that is open.

    Attributes:
        stream: Its bytes.
        name: What to call it.
        size: How many bytes it has; None where that cannot be known, as with a pipe.
    """

    stream: io.BufferedReader
    name: str
    size: int | None

    @property
    def live(self) -> bool:
        """Whether somebody may be waiting for each answer before asking on."""
        return self.size is None


@contextmanager
def opened(file: str) -> Iterator[Source]:
    """Open an input for as long as the block runs.

    Args:
        file: A path, or `-` for standard input.

    Raises:
        UsageError: If it cannot be opened.
    """
    with _standard_input() if file == STANDARD_INPUT else _file(file) as stream:
        status = os.fstat(stream.fileno())
        regular = stat.S_ISREG(status.st_mode)
        name = "standard input" if file == STANDARD_INPUT else file
        yield Source(stream, name, status.st_size if regular else None)


def _standard_input() -> io.BufferedReader:
    try:
        # Opened again: Python's own buffer is small, and standard input is not ours to close.
        return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False), BUFFER_BYTES)
    except (AttributeError, OSError):
        raise UsageError("standard input is closed") from None


def _file(file: str) -> io.BufferedReader:
    if file.startswith("-") and is_missing(file):
        raise UsageError(f"{file} is no option, and no file to read (No such file or directory)")
    return open_input(file)


def watched(items: Iterable[T], source: Source, *, alone: bool) -> Iterator[T]:
    """Yield what is given, and show how far that is where standard error is a terminal.

    Args:
        items: What is read from the source.
        source: The input.
        alone: Whether nothing is printed meanwhile; a bar and lines spoil one another.
    """
    spoilt = sys.stdout.isatty() and not alone
    if spoilt or not sys.stderr.isatty():
        yield from items
        return
    with bar("{task.fields[payloads]:,} payloads") as shown:
        task = shown.add_task(source.name, total=source.size, payloads=0)
        for count, item in enumerate(items, start=1):
            yield item
            if count % _EVERY == 0:
                # A pipe does not know where it is, nor how long it will be.
                at = source.stream.tell() if source.size is not None else 0
                shown.update(task, completed=at, payloads=count)


LONGEST: Final = 1024 * 1024
"""Longer payloads are not looked into: GA4 takes an eighth of this, and memory is to stay flat."""


class Document(NamedTuple):
    """What should be one payload.

    Attributes:
        line: Where it begins in the input, counted from 1.
        raw: Its bytes, without what separates it from its neighbours.
        size: How many bytes would be sent as they stand; None where the payload is spread out for
            reading, and its compact form would be sent.
        too_long: Whether it is longer than `LONGEST`, and `raw` is therefore empty.
    """

    line: int
    raw: bytes
    size: int | None = None
    too_long: bool = False


_CHUNK_BYTES: Final = 64 * 1024
# A line that is an object with one of these is a payload, and not a part of one.
_KEYS: Final = frozenset({"client_id", "app_instance_id", "user_id", "events", "user_properties"})


def split(stream: io.BufferedReader) -> Iterator[Document]:
    """Return each payload of an input as soon as it is read; only one is ever held."""
    head: list[bytes] = []
    first = _next_line(stream, head)
    if first.startswith(b"[") or (
        first.startswith(b"{") and _goes_on(first) and not _is_payload(_next_line(stream, head))
    ):
        return ValueSplitter().split(chain(head, iter(partial(stream.read1, _CHUNK_BYTES), b"")))
    return _lines(chain(head, iter(partial(stream.readline, LONGEST), b"")))


def _next_line(stream: io.BufferedReader, head: list[bytes]) -> bytes:
    """Read on to a line that is not blank, remembering everything; empty at the end."""
    while piece := stream.readline(LONGEST):
        head.append(piece.removeprefix(BOM_UTF8) if not head else piece)
        if text := head[-1].strip():
            return text
    return b""


def _goes_on(line: bytes) -> bool:
    """Distinguish a line that ends where JSON may be continued from a whole or a broken one."""
    try:
        text = line.decode()
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos == len(text)
    except (ValueError, RecursionError):
        return False
    return False


def _is_payload(line: bytes) -> bool:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(value, dict) and not _KEYS.isdisjoint(value)


def _lines(pieces: Iterable[bytes]) -> Iterator[Document]:
    """Yield a document for each line; a line longer than `LONGEST` comes in several pieces."""
    line = 1
    passed = 0
    for piece in pieces:
        ends = piece.endswith(b"\n")
        if passed or (not ends and len(piece) >= LONGEST):
            passed += len(piece)
            if not ends:
                continue
            yield Document(line, b"", passed - 1, too_long=True)
            passed = 0
        else:
            raw = piece.rstrip(b"\r\n")
            if raw and not raw.isspace():
                yield Document(line, raw, len(raw))
        line += 1
    if passed:
        yield Document(line, b"", passed, too_long=True)


# A text, closed (1) or not, or what opens, closes or separates. No text goes over a line's end.
_TOKEN: Final = re.compile(rb'"(?:[^"\\\n]|\\[^\n])*+("?)|[\[\]{},\n]')
_OPENING: Final = b"[{"
_CLOSING: Final = b"]}"


class ValueSplitter:
    """Splits values that follow one another, and the elements of an array around them.

    It counts brackets and leaves judging to the decoder: whatever it splits off is looked at, so
    that nothing is passed over in silence.
    """

    def __init__(self) -> None:
        """Begin before the first value."""
        self._buffer = b""
        self._start = 0  # of the value being read; what is before has been dealt with
        self._at = 0  # how far tokens have been read
        self._line = 1  # of the start
        self._depth = 0  # of brackets open in the value
        self._array_line = 0  # of the array around the values; 0: there is none
        self._separated = False  # whether a comma was read last, so that a value has to follow

    def split(self, chunks: Iterable[bytes]) -> Iterator[Document]:
        """Yield a document for each value.

        A value longer than `LONGEST` is the last one: its end may be missing, and then what
        follows is inside it.
        """
        for chunk in chunks:
            self._buffer = self._buffer[self._start :] + chunk
            self._at -= self._start
            self._start = 0
            yield from self._read(last=False)
            if len(self._buffer) - self._start > LONGEST:
                yield Document(self._value().line, b"", too_long=True)
                return
        yield from self._read(last=True)
        rest = self._value()
        if rest.raw or self._separated:
            yield rest
        if self._array_line:
            # What is left of an array that was not closed, for the decoder to complain about.
            yield Document(self._array_line, b"[")

    def _read(self, *, last: bool) -> Iterator[Document]:
        buffer = self._buffer
        for token in _TOKEN.finditer(buffer, self._at):
            text, end = token[0], token.end()
            if text.startswith(b'"'):
                if not token[1] and not last and b"\n" not in buffer[end : end + 2]:
                    return  # the chunk ends within the text: read it again with the next one
                self._at = end
                continue
            self._at = end
            if text in _OPENING:
                yield from self._open(text, token.start())
            elif text in _CLOSING:
                yield from self._close(text, token.start(), end)
            elif self._depth == 0:
                yield from self._end_of_line_or_element(text, token.start(), end)
        self._at = len(buffer)

    def _open(self, bracket: bytes, start: int) -> Iterator[Document]:
        if self._depth == 0 and not self._array_line:
            if (junk := self._value(start)).raw:
                yield junk
                self._advance(start)
            if bracket == b"[":
                self._advance(start + 1)
                self._array_line = self._line
                return
        self._depth += 1

    def _close(self, bracket: bytes, start: int, end: int) -> Iterator[Document]:
        if self._depth:
            self._depth -= 1
            if self._depth == 0 and not self._array_line:
                yield self._value(end)
                self._advance(end)
        elif bracket == b"]" and self._array_line:
            element = self._value(start)
            if element.raw or self._separated:
                yield element
            self._advance(end)
            self._array_line, self._separated = 0, False

    def _end_of_line_or_element(self, separator: bytes, start: int, end: int) -> Iterator[Document]:
        if separator == b"," and self._array_line:
            yield self._value(start)
            self._advance(end)
            self._separated = True
        elif separator == b"\n" and not self._array_line:
            if (junk := self._value(start)).raw:
                yield junk
            self._advance(end)

    def _value(self, end: int | None = None) -> Document:
        """Return what has been read since the start, the white space around it left out."""
        text = self._buffer[self._start : end]
        value = text.lstrip()
        line = self._line + text.count(b"\n", 0, len(text) - len(value))
        return Document(line, value.rstrip())

    def _advance(self, to: int) -> None:
        self._line += self._buffer.count(b"\n", self._start, to)
        self._start = to
        self._separated = False
