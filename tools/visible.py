r"""Text that shows what it holds: for whatever a command prints of ids, reasons and names.

Ids come from buyers, providers and strangers. A control character in one would move the cursor,
colour the screen or set the window's title; a bidirectional override would show another id than the
one that is there. Whatever prints nothing of its own is shown escaped, as `\x1b` or `\u202e`.
"""

import sys
from typing import Any, Final

import msgspec

_LINE_FEED: Final = "\n"
_BASIC_PLANE: Final = 0xFFFF
_BYTE: Final = 0xFF


def visible(text: str, *, keep: str = "") -> str:
    """Return a text with everything escaped that a terminal would obey or not show.

    Args:
        text: Any text.
        keep: Characters that stay as they are, line feeds for example.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _escaped(c) for c in text)


def visible_lines(text: str) -> str:
    """Return a text of several lines, visible but for its line feeds."""
    return visible(text, keep=_LINE_FEED)


def json_line(document: Any) -> bytes:  # noqa: ANN401 - any document
    """Return a document as one line of JSON, which is safe to show as well.

    JSON must escape the lowest control characters only. The others are escaped too, by their
    number: it is the same document.

    Args:
        document: What msgspec can encode.
    """
    line = msgspec.json.encode(document)
    if line.isascii() and b"\x7f" not in line:
        return line + b"\n"
    text = "".join(c if c.isprintable() else _json_escaped(c) for c in line.decode())
    return text.encode() + b"\n"


def write_json(document: Any) -> None:  # noqa: ANN401 - any document
    """Write a document to standard output, on one line."""
    sys.stdout.write(json_line(document).decode())


def write_error(text: str) -> None:
    """Write one line to standard error, in the name of the command."""
    sys.stderr.write(f"connectors: {visible_lines(text)}\n")


def _escaped(character: str) -> str:
    code = ord(character)
    if code > _BASIC_PLANE:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code <= _BYTE else f"\\u{code:04x}"


def _json_escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
