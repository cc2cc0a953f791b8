"""A log line of a function, as the page reads it back."""

from typing import Final

import msgspec

_MOST_CHARACTERS: Final = 300
_MOST_NOTES: Final = 20


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a function's log: what `shared.observability.log` writes, and nothing else.

    Attributes:
        severity: Cloud Logging's word.
        event: What happened, e.g. `request`.
        delivery: Which request it belongs to; empty outside of one.

    The others are `LogFields`'; empty where the line has none.
    """

    severity: str
    event: str
    delivery: str = ""
    function: str = ""
    outcome: str = ""
    reason: str = ""
    status: int = 0
    provider: str = ""
    event_type: str = ""
    source_event: str = ""
    name: str = ""
    transaction_id: str = ""
    entry: str = ""
    stream: str = ""
    attribution: str = ""
    context_source: str = ""
    consent: str = ""
    late: bool = False
    duration_ms: float = 0.0
    suppressed: int = 0
    notes: list[str] = []
    caller: str = ""
    references: int = 0


_DECODER: Final = msgspec.json.Decoder(Line)


def read_line(line: bytes) -> Line | None:
    """Return a log line, each of its texts as long as it can be looked at.

    Args:
        line: One line of a process's output.

    Returns:
        None for anything else that a process may write.
    """
    if not line.startswith(b'{"severity"'):
        return None
    try:
        read = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if len(line) <= _MOST_CHARACTERS:
        return read
    texts = {
        name: clipped(value)
        for name in read.__struct_fields__
        if isinstance(value := getattr(read, name), str)
    }
    notes = [clipped(note) for note in read.notes[:_MOST_NOTES]]
    return msgspec.structs.replace(read, **texts, notes=notes)


def clipped(text: str) -> str:
    """Return a text with its end left out, where nobody would read that far."""
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
