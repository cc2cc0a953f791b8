"""Splitting JSON values from one another where they are not one to a line."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tools.validate.document import LONGEST, Document

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
