"""How much one process takes on at once: more is turned away before memory suffers."""

from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from shared.errors import UnavailableError

MAX_BYTES_IN_FLIGHT: Final = 32 * 1024 * 1024
RETRY_AFTER_SECONDS: Final = 5
_BUSY: Final = "this process has as many deliveries as it can hold"


class Admission:
    """Counts the deliveries of a process, and the bytes of their bodies.

    Attributes:
        deliveries: How many are in flight.
        body_bytes: How much of their bodies is held.
        turned_away: How many were not admitted since the process began.
    """

    def __init__(self) -> None:
        self.deliveries = 0
        self.body_bytes = 0
        self.turned_away = 0

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

    def full(self) -> UnavailableError:
        """Count one that is turned away; return the answer."""
        self.turned_away += 1
        return UnavailableError(_BUSY, retry_after=RETRY_AFTER_SECONDS)


@dataclass(slots=True)
class Admitted:
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
        if self._admission.body_bytes + size > MAX_BYTES_IN_FLIGHT:
            raise self._admission.full()
        self._admission.body_bytes += size
        self._held += size
