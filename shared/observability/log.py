"""Structured log lines: an event name and fields, never a sentence, never a payload.

One JSON object a line on standard output, the form Cloud Logging reads. Only the fields of
`LogFields` can be logged, so that trust rests on a list and not on redaction.
"""

import logging
import sys
from enum import IntEnum
from typing import Final, TypedDict, Unpack

import msgspec

LOGGER: Final = logging.getLogger("connectors")

# httpx logs whole URLs at INFO. Ours hold no secret there (see ga4/collect.py); this is the second
# lock, and it keeps the log to what is ours.
SILENCED: Final = ("httpx", "httpcore", "aiohttp", "asyncio")


class Severity(IntEnum):
    """Cloud Logging's severities, with Python's numbers."""

    INFO = logging.INFO
    WARNING = logging.WARNING
    ERROR = logging.ERROR


class LogFields(TypedDict, total=False):
    """Every field a line may have. None holds personal data, money's owner or a secret."""

    function: str
    outcome: str
    reason: str
    status: int
    provider: str
    event_type: str
    source_event: str
    name: str
    transaction_id: str
    attribution: str
    context_source: str
    consent: str
    late: bool
    attempts: int
    duration_ms: float
    against: str
    events: int
    counts: dict[str, int]
    notes: list[str]
    advice: list[str]
    caller: str
    references: int


def log(event: str, severity: Severity = Severity.INFO, **fields: Unpack[LogFields]) -> None:
    """Write one line.

    Args:
        event: What happened, e.g. `delivery`.
        severity: How much somebody should care.
        fields: What is known of it; empty fields are left out.
    """
    known = {name: value for name, value in fields.items() if value not in ("", [])}
    LOGGER.log(severity, event, extra={"fields": known})


class JsonFormatter(logging.Formatter):
    """Formats our lines, and those of a library that logs through our handler, as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON; tracebacks are reduced to the error's type."""
        line: dict[str, object] = {"severity": record.levelname, "event": record.getMessage()}
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return msgspec.json.encode(line, enc_hook=str).decode()


def configure() -> None:
    """Send our lines to standard output, once, and silence the libraries that log URLs."""
    if not LOGGER.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonFormatter())
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
        LOGGER.propagate = False
    for name in SILENCED:
        logger = logging.getLogger(name)
        logger.disabled = True
        # That silences the logger itself; this, whatever its children say.
        logger.propagate = False
        logger.handlers = [logging.NullHandler()]
