"""How much one process takes on at once: more is turned away before memory suffers.

A place is for a delivery whose body is complete. Who sends slowly holds none: otherwise a handful
of slow connections could keep every payment out.
"""

import asyncio
from types import TracebackType
from typing import Final, Self

import msgspec

from shared.errors import UnavailableError

MAX_BYTES_IN_FLIGHT: Final = 32 * 1024 * 1024
MAX_BODIES_ARRIVING: Final = 1000
RETRY_AFTER_SECONDS: Final = 5
SLOW_AFTER_SECONDS: Final = 0.25
"""A body that takes longer gives way to newer ones where there is no room for both."""

_BUSY: Final = "this process has as many deliveries as it can hold"


class Admission:
    """Counts the deliveries of a process, and the bytes of their bodies.

    Attributes:
        deliveries: How many are in flight, their bodies complete.
        body_bytes: How much of bodies is held, of those that are still arriving too.
        turned_away: How many were not admitted since the process began.
    """

    def __init__(self) -> None:
        self.deliveries = 0
        self.body_bytes = 0
        self.turned_away = 0
        self._arriving: dict[Arriving, None] = {}  # the oldest first

    def admit(self, limit: int) -> "Admitted":
        """Take a delivery in.

        Args:
            limit: How many there may be at once.

        Raises:
            UnavailableError: There are as many already.
        """
        if self.deliveries >= limit:
            raise self.full()
        return Admitted(self)

    def receive(self, limit: int) -> "Arriving":
        """Begin to take a body in; it has no place yet.

        Args:
            limit: How many deliveries there may be at once.

        Raises:
            UnavailableError: There are as many already, so that the body is not worth reading.
        """
        if self.deliveries >= limit:
            raise self.full()
        if len(self._arriving) >= MAX_BODIES_ARRIVING and not self._let_slow_one_go():
            raise self.full()
        arriving = Arriving(self)
        self._arriving[arriving] = None
        return arriving

    def full(self) -> UnavailableError:
        """Count one that is turned away; return the answer."""
        self.turned_away += 1
        return UnavailableError(_BUSY, retry_after=RETRY_AFTER_SECONDS)

    def make_room(self, size: int, asking: "Arriving | None" = None) -> None:
        """Make sure that so many more bytes may be held.

        Args:
            size: How many.
            asking: The body they are of, while it arrives.

        Raises:
            UnavailableError: All bodies together would be too much.
        """
        while self.body_bytes + size > MAX_BYTES_IN_FLIGHT:
            if not self._let_slow_one_go(asking):
                raise self.full()

    def forget(self, arriving: "Arriving") -> None:
        """Stop counting a body among those that arrive."""
        self._arriving.pop(arriving, None)

    def _let_slow_one_go(self, asking: "Arriving | None" = None) -> bool:
        oldest = next((each for each in self._arriving if each is not asking), None)
        if oldest is None or not oldest.is_slow:
            return False
        oldest.give_way()
        return True


class Admitted(msgspec.Struct):
    """A delivery that is in flight for as long as its `with` block runs."""

    _admission: Admission
    _held: int = 0

    def __enter__(self) -> Self:
        """Count it."""
        self._admission.deliveries += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Count it no longer."""
        self._admission.deliveries -= 1
        self._admission.body_bytes -= self._held

    def hold(self, size: int) -> None:
        """Count bytes of its body, before they are kept.

        Raises:
            UnavailableError: All bodies together would be too much.
        """
        self._admission.make_room(size)
        self._admission.body_bytes += size
        self._held += size


class Arriving:
    """A body that is on its way in, for as long as its `with` block runs.

    Args:
        admission: What the process holds.
    """

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._held = 0
        self._since = asyncio.get_running_loop().time()
        self._patience: asyncio.Timeout | None = None
        self._gave_way = False

    def __enter__(self) -> Self:
        """Hand it over: it is counted already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Count it no longer."""
        self._let_go()

    @property
    def is_slow(self) -> bool:
        """Whether it has taken longer than a delivery takes."""
        return asyncio.get_running_loop().time() - self._since >= SLOW_AFTER_SECONDS

    def until(self, when: float) -> asyncio.Timeout:
        """Return the bound on its time, which ends at once where it gives way.

        Args:
            when: The loop's time at which it must be complete.
        """
        self._patience = asyncio.timeout_at(when)
        return self._patience

    def hold(self, size: int) -> None:
        """Count bytes of it, before they are kept.

        Raises:
            UnavailableError: All bodies together would be too much.
        """
        self.check()
        self._admission.make_room(size, self)
        self._admission.body_bytes += size
        self._held += size

    def check(self) -> None:
        """Make sure that it may go on.

        Raises:
            UnavailableError: It was too slow and gave way to newer ones.
        """
        if self._gave_way:
            raise self._admission.full()

    def give_way(self) -> None:
        """End it, for newer ones: its bytes count no longer."""
        self._gave_way = True
        self._let_go()
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time())

    def _let_go(self) -> None:
        self._admission.forget(self)
        self._admission.body_bytes -= self._held
        self._held = 0
