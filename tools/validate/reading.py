"""Reading a payload's JSON: fast where nothing is odd about it, else slowly and with reasons."""

import json
import math
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from shared.ga4.findings import Code, Finding, error
from shared.ga4.rules.describe import under

_decode: Final = msgspec.json.Decoder().decode


class Reading(NamedTuple):
    """A payload that was read.

    Attributes:
        value: Its JSON value, or `UNREADABLE`.
        flaws: What is wrong with it as JSON.
    """

    value: object
    flaws: tuple[Finding, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether there is a value."""
        return self.value is not UNREADABLE


def read(raw: bytes, line: int) -> Reading:
    """Read one JSON value, reporting what other parsers would pass over.

    Never raises, whatever the bytes.

    Args:
        raw: The bytes.
        line: Where in the input they begin, for what is said about them.
    """
    try:
        value = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reading(*read_with_flaws(raw, line))
    return Reading(value) if _is_plain(raw, value) else Reading(*read_with_flaws(raw, line))


def _is_plain(raw: bytes, value: Any) -> bool:  # noqa: ANN401 - any JSON value
    r"""Return, surely and fast, that no name stands twice in an object and no integer is too large.

    A decoder keeps one of two equal names, so fewer names come out than went in. Those that went
    in are counted by `":`. It may also stand in a text, or be written `" :`; either only means
    that a closer look has to be taken. That look costs five times the decoding, this one half.
    """
    if b" :" in raw or b"\t:" in raw or b"\n:" in raw or b"\r:" in raw:
        return False
    names = 0
    pending: list[Any] = [[value]]
    while pending:
        holder = pending.pop()
        if type(holder) is dict:
            names += len(holder)
            holder = holder.values()
        for child in holder:
            kind = type(child)
            if kind is str:
                continue
            if kind is dict or kind is list:
                pending.append(child)
            elif kind is int and not -LARGEST_INTEGER <= child <= LARGEST_INTEGER:
                return False
    return names == raw.count(b'":')


UNREADABLE: Final = object()
"""The value of what is no JSON."""

LARGEST_INTEGER: Final = 2**63 - 1  # GA4's export keeps integers in 64 bits

_RFC: Final = "https://www.rfc-editor.org/rfc/rfc8259"
_GRAMMAR: Final = f"{_RFC}#section-2"
_OBJECTS: Final = f"{_RFC}#section-4"
_NUMBERS: Final = f"{_RFC}#section-6"
_ENCODING: Final = f"{_RFC}#section-8.1"
_CHARACTERS: Final = f"{_RFC}#section-8.2"

_HALF_CHARACTER: Final = re.compile(r"[\ud800-\udfff]")
_DIGITS: Final = 4_000  # Python itself refuses to read integers a little longer
# Nothing valid lies deeper than a field of an item, and paths need not grow without end.
_DEPTH_SHOWN: Final = 8


class _Constant(float):
    """A NaN or an Infinity that was written as such."""


class _Doubled(dict[str, Any]):
    """An object in which names stand twice; the last one counts, as with most parsers."""

    names: tuple[str, ...]


def read_with_flaws(raw: bytes, line: int) -> tuple[object, tuple[Finding, ...]]:
    """Read one JSON value as leniently as can be, and report what should not be.

    Args:
        raw: The bytes.
        line: Where in the input they begin.

    Returns:
        The value, or `UNREADABLE`, and the findings; no finding repeats a value.
    """
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _unreadable("JSON is UTF-8; this is UTF-16", _ENCODING)
    found = []
    if raw.startswith(BOM_UTF8):
        raw = raw.removeprefix(BOM_UTF8)
        message = "a payload must not begin with a byte order mark"
        found.append(error("", Code.VALUE_INVALID, message, _ENCODING))
    try:
        value = _DECODER.decode(raw.decode())
    except UnicodeDecodeError as fault:
        return _unreadable(f"JSON is UTF-8; byte {fault.start + 1} is not", _ENCODING)
    except json.JSONDecodeError as fault:
        return _unreadable(_syntax(fault, line), _GRAMMAR)
    except RecursionError:
        return _unreadable("not JSON that can be read: too many levels of nesting", _GRAMMAR)
    found.extend(flaw for path, part in _parts(value) for flaw in _flaws(path, part))
    return value, tuple(found)


def _unreadable(message: str, source: str) -> tuple[object, tuple[Finding, ...]]:
    return UNREADABLE, (error("", Code.VALUE_INVALID, message, source),)


def _syntax(fault: json.JSONDecodeError, line: int) -> str:
    if not fault.doc.strip():
        return "not JSON: nothing is here"
    if not fault.doc[fault.pos :].strip():
        return "not JSON: it ends before it is complete"
    # The reasons of Python's decoder name what it expected; none quotes what it found.
    reason = fault.msg.removesuffix(" at").removesuffix(":").rstrip()
    place = f"line {line + fault.lineno - 1}, " if "\n" in fault.doc else ""
    return f"not JSON: {reason[:1].lower()}{reason[1:]} at {place}character {fault.colno}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    doubled = _Doubled(value)
    times = Counter(name for name, _ in pairs)
    doubled.names = tuple(name for name in value if times[name] > 1)
    return doubled


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _DIGITS else math.inf


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_Constant, parse_int=_integer
)


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Yield the path and value of everything in a JSON value, in its order, names included."""
    pending: list[tuple[str, int, object]] = [("", 0, value)]
    while pending:
        path, depth, part = pending.pop()
        yield path, part
        deep = depth >= _DEPTH_SHOWN
        if isinstance(part, dict):
            for name in part:
                if _HALF_CHARACTER.search(name):
                    yield path, name
            pending.extend(
                (path if deep else under(path, name), depth + 1, child)
                for name, child in reversed(part.items())
            )
        elif isinstance(part, list):
            pending.extend(
                (path if deep else f"{path}[{index}]", depth + 1, part[index])
                for index in reversed(range(len(part)))
            )


def _flaws(path: str, part: object) -> Iterator[Finding]:
    """Yield what is wrong with one value, what is inside it left out."""
    if isinstance(part, _Doubled):
        for name in part.names:
            message = "this name stands more than once in its object; only one of them counts"
            yield error(under(path, name), Code.NAME_DUPLICATED, message, _OBJECTS)
    elif isinstance(part, _Constant):
        message = "NaN and Infinity are not JSON"
        yield error(path, Code.VALUE_INVALID, message, _NUMBERS)
    elif isinstance(part, float) and not math.isfinite(part):
        message = "a number beyond what a double-precision one can be"
        yield error(path, Code.VALUE_OUT_OF_BOUNDS, message, _NUMBERS)
    elif isinstance(part, int) and not -LARGEST_INTEGER <= part <= LARGEST_INTEGER:
        message = "an integer of more than 64 bits, which no reader has to keep exactly"
        yield error(path, Code.VALUE_OUT_OF_BOUNDS, message, _NUMBERS)
    elif isinstance(part, str) and _HALF_CHARACTER.search(part):
        message = "text has to be UTF-8; this has half a character (a lone surrogate)"
        yield error(path, Code.VALUE_INVALID, message, _CHARACTERS)
