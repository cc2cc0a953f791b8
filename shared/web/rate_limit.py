"""How many requests a process takes in a minute."""

from collections.abc import Callable
from math import ceil

from shared.errors import RateError

_MINUTE_SECONDS = 60


class RateLimiter:
    """A bound that lets a minute's worth through at once, and then as many as time brings.

    Args:
        per_minute: The bound.
        clock: Seconds that never go back.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._left = float(per_minute)
        self._since = clock()

    def take(self) -> None:
        """Count one request.

        Raises:
            RateError: There have been too many; it says when there is room.
        """
        now = self._clock()
        earned = (now - self._since) * self._per_minute / _MINUTE_SECONDS
        self._left = min(self._per_minute, self._left + earned)
        self._since = now
        if self._left < 1:
            seconds = ceil((1 - self._left) * _MINUTE_SECONDS / self._per_minute)
            message = f"more than {self._per_minute} captures a minute"
            raise RateError(message, retry_after=seconds)
        self._left -= 1
