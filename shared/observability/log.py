"""Structured log lines: an event name and fields, never a sentence, never a payload.

One JSON object a line on standard output, the form Cloud Logging reads. Only the fields of
`LogFields` can be logged, so that trust rests on a list and not on redaction. All lines of one
request have the same `delivery`, and the provider's event once it is known to be authentic.

The lines do not go through Python's `logging`. With `LOG_EXECUTION_ID=true`, which Google sets on
functions that do not set it, functions-framework calls `logging.config.dictConfig` after it has
imported the function. That disables every logger there is, and the framework replaces
`sys.stdout` while requests run. A line is written to the file descriptor of the process instead.
"""

import logging
import os
import secrets
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from functools import cache
from itertools import count
from typing import Final, TypedDict, Unpack

import msgspec

# httpx logs whole URLs at INFO. Ours hold no secret there (see ga4/measurement_protocol.py); this
# is the second lock, and it keeps the log to what is ours.
SILENCED: Final = ("httpx", "httpcore", "aiohttp", "asyncio")

Output = Callable[[bytes], object]
"""Writes one whole line, with its line feed."""

_STANDARD_OUTPUT: Final = 1
_FULL_PIPE_SECONDS: Final = 1.0
_ENCODER: Final = msgspec.json.Encoder(enc_hook=str)  # a line never fails


class Severity(IntEnum):
    """Cloud Logging's severities, with Python's numbers."""

    INFO = logging.INFO
    WARNING = logging.WARNING
    ERROR = logging.ERROR


class LogFields(TypedDict, total=False):
    """Every field a line may have. None holds personal data, money's owner or a secret."""

    delivery: str
    function: str
    outcome: str
    reason: str
    status: int
    provider: str
    event_type: str
    source_event: str
    name: str
    transaction_id: str
    entry: str
    stream: str
    attribution: str
    context_source: str
    consent: str
    late: bool
    attempts: int
    duration_ms: float
    suppressed: int
    against: str
    events: int
    counts: dict[str, int]
    notes: list[str]
    advice: list[str]
    caller: str
    references: int


_NAMES: Final = {severity: severity.name for severity in Severity}
OUTPUTS: Final[list[Output]] = []
"""Where lines go: one output, or none before `configure`."""

# What all lines of a request have. It belongs to the request, so it travels in the request's
# context, as its deadline does.
_OF_THE_REQUEST: Final[ContextVar[LogFields | None]] = ContextVar("_OF_THE_REQUEST", default=None)
_NUMBERS: Final = count(1)


def log(event: str, severity: Severity = Severity.INFO, **fields: Unpack[LogFields]) -> None:
    """Write one line; nothing before `configure` was called.

    Args:
        event: What happened, e.g. `request`.
        severity: How much somebody should care.
        fields: What is known of it; empty texts and lists are left out. They win over what
            `request_lines` and `note` gave the whole request.
    """
    if not OUTPUTS:
        return
    both = {**noted(), **fields}
    known = {name: value for name, value in both.items() if value not in ("", [])}
    line = {"severity": _NAMES[severity], "event": event, **known}
    OUTPUTS[0](_ENCODER.encode(line) + b"\n")


@contextmanager
def request_lines() -> Iterator[None]:
    """Give all lines of one request the same `delivery`: no other request has it."""
    token = _OF_THE_REQUEST.set(LogFields(delivery=f"{_process()}-{next(_NUMBERS)}"))
    try:
        yield
    finally:
        _OF_THE_REQUEST.reset(token)


def note(**fields: Unpack[LogFields]) -> None:
    """Put fields on the lines of this request from now on; outside of a request, on none.

    Args:
        fields: What is known of the request.
    """
    known = _OF_THE_REQUEST.get()
    if known is not None:
        known.update(fields)


def noted() -> LogFields:
    """Return what the lines of this request have; nothing outside of one."""
    return _OF_THE_REQUEST.get() or LogFields()


@cache
def _process() -> str:
    """What distinguishes the requests of one process from those of another, in one log."""
    return secrets.token_hex(3)


def configure(output: Output | None = None) -> None:
    """Send the lines of this process to standard output, and silence libraries that log URLs.

    Args:
        output: Where they go instead.
    """
    OUTPUTS[:] = [output or StandardOutput()]
    silence_libraries()


def silence_libraries() -> None:
    """Silence the libraries that log URLs, whatever the framework does to their loggers later."""
    for name in SILENCED:
        logger = logging.getLogger(name)
        logger.disabled = True
        # That silences the logger itself; this, whatever its children say.
        logger.propagate = False
        logger.handlers = [logging.NullHandler()]


class StandardOutput:
    """Writes lines to a file descriptor, each whole, from any thread.

    Args:
        descriptor: The file descriptor; 1 is the standard output of the process.
    """

    def __init__(self, descriptor: int = _STANDARD_OUTPUT) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def __call__(self, line: bytes) -> None:
        """Write a line; a log that nobody can read any more never costs the request.

        Args:
            line: The line, with its line feed.
        """
        rest = memoryview(line)
        with self._lock:
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:  # somebody made the pipe non-blocking, and it is full
                    if not select.select([], [self._descriptor], [], _FULL_PIPE_SECONDS)[1]:
                        return
                except OSError:
                    return
