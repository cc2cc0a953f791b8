"""The log line of each request; of many that are refused alike, one line that says how many.

Anybody can have requests refused, as fast as the network is. So of each answer that a stranger can
cause the first lines of a minute are written, and then one every five seconds, with how many it
stands for beside itself (`suppressed`). The lines and what they stand for are all requests: the
metrics miss at most the last five seconds of a process that is ended.
"""

import asyncio
import time
from collections.abc import Callable
from contextvars import Context
from typing import Final

import msgspec

from shared.observability.log import LogFields, Severity, log, noted
from shared.web.responses import HttpResponse

FIRST: Final = 50
"""So many lines a minute are written for each answer, before they are counted only."""

MINUTE_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 5.0
"""So long one line stands for all like it."""

_SERVER_ERROR: Final = 500
_BAD_REQUEST: Final = 400
# Only what is authentic is answered so: each of these lines is somebody's order.
_CONFLICT: Final = 409
_ANYBODYS: Final = "preflight"


class _Minute(msgspec.Struct):
    """What was answered alike within a minute.

    Attributes:
        since: When it began.
        written: How many lines it has.
        last: The fields of the last request that has no line yet.
        suppressed: How many others have none.
    """

    since: float
    written: int = 0
    last: LogFields | None = None
    suppressed: int = 0


class RequestLog(msgspec.Struct):
    """Writes the lines of one process's requests.

    Attributes:
        function: The function's name.
        clock: Seconds that never go back.
    """

    function: str
    clock: Callable[[], float] = time.monotonic
    _minutes: dict[str, _Minute] = msgspec.field(default_factory=dict)

    def write(self, answer: HttpResponse, reason: str, duration_ms: float) -> None:
        """Write the line of one request, now or with others like it.

        Args:
            answer: What it was answered.
            reason: Why, in words for the operator.
            duration_ms: How long it took.
        """
        fields = LogFields(
            **noted(),
            function=self.function,
            outcome=answer.outcome,
            status=answer.status,
            reason=reason,
            duration_ms=duration_ms,
        )
        refused = answer.status >= _BAD_REQUEST and answer.status != _CONFLICT
        if refused or answer.outcome == _ANYBODYS:
            self._sampled(answer.outcome, fields)
        else:
            _line(fields)

    def _sampled(self, outcome: str, fields: LogFields) -> None:
        now = self.clock()
        minute = self._minutes.get(outcome)
        if minute is None or now - minute.since >= MINUTE_SECONDS:
            if minute is not None:
                self._end(minute)
            minute = self._minutes[outcome] = _Minute(now)
        if minute.written < FIRST:
            minute.written += 1
            _line(fields)
            return
        if minute.last is None:
            # Though nobody may come any more.
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._end, minute)
        else:
            minute.suppressed += 1
        minute.last = fields

    def _end(self, minute: _Minute) -> None:
        """Write the line that stands for those that have none."""
        if minute.last is not None:
            # Outside of the request that is answered now, if any: it has lines of its own.
            Context().run(_line, LogFields(**minute.last, suppressed=minute.suppressed))
        minute.last, minute.suppressed = None, 0


def _line(fields: LogFields) -> None:
    failed = fields["status"] >= _SERVER_ERROR
    log("request", Severity.ERROR if failed else Severity.INFO, **fields)
