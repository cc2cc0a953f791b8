"""Until when the request of this moment has time: set once at the edge, asked wherever we wait.

It belongs to the request and not to what it calls, so it travels in the request's context, as
asyncio itself carries it, and in no signature (docs/decisions/0036-deadline-of-a-request.md).
Times are the loop's: seconds that never go back and go on while a process is frozen.
"""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import msgspec

_LONG_SECONDS: Final = 3600.0
SETTLING_SECONDS: Final = 1.0
"""What of a request's time is kept for writing down how it ended."""


class _Deadline(msgspec.Struct, frozen=True):
    work_until: float
    settle_until: float


_NEVER: Final = _Deadline(math.inf, math.inf)
_DEADLINE: Final = ContextVar("_DEADLINE", default=_NEVER)


@contextmanager
def request_deadline(seconds: float) -> Iterator[float]:
    """Give a request its time; yields the loop's time at which all of it is over.

    Args:
        seconds: From now on, settling included.
    """
    until = asyncio.get_running_loop().time() + seconds
    token = _DEADLINE.set(_Deadline(until - SETTLING_SECONDS, until))
    try:
        yield until
    finally:
        _DEADLINE.reset(token)


@contextmanager
def settling() -> Iterator[None]:
    """Use the time that is kept for the end: what happened must be written down."""
    deadline = _DEADLINE.get()
    token = _DEADLINE.set(_Deadline(deadline.settle_until, deadline.settle_until))
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def give_up_at(patience: float = _LONG_SECONDS) -> float:
    """Return the loop's time at which waiting ends for the caller.

    Args:
        patience: Seconds; the request's own deadline may come before.
    """
    return min(asyncio.get_running_loop().time() + patience, _DEADLINE.get().work_until)


def has_time(seconds: float) -> bool:
    """Return whether something may begin after a pause of so many seconds."""
    return asyncio.get_running_loop().time() + seconds < _DEADLINE.get().work_until


def time_is_up() -> bool:
    """Return whether nothing more may begin."""
    return asyncio.get_running_loop().time() >= _DEADLINE.get().work_until
