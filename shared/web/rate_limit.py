"""How many requests of strangers a process takes in a minute, and whose they may be."""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import Final

from shared.errors import RateError

_MINUTE_SECONDS: Final = 60
MAX_ADDRESSES: Final = 10_000
FEW: Final = 10
"""So many requests a minute are a buyer's; more are a program's, or a whole office's."""


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

    @property
    def taken(self) -> int:
        """How many of a minute's worth are used up now."""
        self._earn()
        return self._per_minute - int(self._left)

    def check(self) -> None:
        """Make sure that there is room for one request.

        Raises:
            RateError: There have been too many; it says when there is room.
        """
        self._earn()
        if self._left < 1:
            seconds = ceil((1 - self._left) * _MINUTE_SECONDS / self._per_minute)
            message = f"more than {self._per_minute} captures a minute"
            raise RateError(message, retry_after=seconds)

    def take(self) -> None:
        """Count one request. Raises as `check`."""
        self.check()
        self._left -= 1

    def _earn(self) -> None:
        now = self._clock()
        earned = (now - self._since) * self._per_minute / _MINUTE_SECONDS
        self._left = min(self._per_minute, self._left + earned)
        self._since = now


class SharedRate:
    """One bound for all, of which no address takes more than its share.

    Who comes often shares half of the whole with all who do. So a program that takes whatever it
    gets, from a few addresses, leaves room for pages that post once or twice.

    Args:
        per_minute: The bound for all.
        per_address: The bound for one address.
        clock: Seconds that never go back.
    """

    def __init__(self, per_minute: int, per_address: int, clock: Callable[[], float]) -> None:
        self._per_address = min(per_address, per_minute)
        self._clock = clock
        self._all = RateLimiter(per_minute, clock)
        self._frequent = RateLimiter(max(per_minute // 2, 1), clock)
        self._addresses: OrderedDict[str, RateLimiter] = OrderedDict()

    def check(self, address: str) -> None:
        """Make sure that there is room for one request of an address.

        Args:
            address: Whose it is, as a key.

        Raises:
            RateError: There have been too many, of this address or of all.
        """
        for limit in self._limits(address):
            limit.check()

    def take(self, address: str) -> None:
        """Count one request of an address. Arguments and errors as `check`."""
        limits = self._limits(address)
        self.check(address)
        for limit in limits:
            limit.take()

    def _limits(self, address: str) -> list[RateLimiter]:
        own = self._addresses.get(address)
        if own is None:
            own = self._addresses[address] = RateLimiter(self._per_address, self._clock)
            if len(self._addresses) > MAX_ADDRESSES:
                self._addresses.popitem(last=False)
        self._addresses.move_to_end(address)
        return [own, self._all, *([self._frequent] if own.taken >= FEW else [])]
