"""Distinguish JSON lines from a JSON document by how the input begins, and splitting it.

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
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Final

import msgspec

from tools.validate.document import LONGEST, Document
from tools.validate.values import ValueSplitter

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
