"""The fault matrix as data: what goes wrong, with which kind of event, and how it must end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.domain.sink import Sink
from shared.stores.entry import State
from tests.faults.ga4 import Act
from tests.faults.store_faults import (
    Hook,
    down,
    down_from,
    flapping,
    healthy,
    killed,
    lost_then_away,
    overtaken,
    slow,
)
from tests.faults.world import PURCHASE, REFUND
from tools.changed import replace

FIRST: Final = (0.0,)
_WRITES: Final = ("before begin", "before settle", "before release")


@dataclass(frozen=True)
class Fault:
    """What goes wrong while an event is delivered first; then all is well again.

    Attributes:
        acts: What GA4 does with the requests of that time; the last goes on.
        refuses: Whether GA4 refuses connections.
        hook: Makes what goes wrong with the store of each instance.
        copies: How many deliveries come in.
        clocks: For each instance how many seconds its clock is ahead; copies go round them.
        apart: Seconds between copies.
        rotates: Whether the provider's secret is rotated just before.
        for_good: Whether GA4 goes on like this.
    """

    acts: tuple[Act, ...] = (Act.TAKE,)
    refuses: bool = False
    hook: Callable[[], Hook] = lambda: healthy
    copies: int = 1
    clocks: tuple[float, ...] = FIRST
    apart: float = 0.0
    rotates: bool = False
    for_good: bool = False


@dataclass(frozen=True)
class Ending:
    """How a row ends, once the sender has got its 200.

    Attributes:
        state: What the ledger says.
        counted: How often GA4 counts it.
        copies: How often it is in GA4's reports before that merges a purchase's copies.
    """

    state: State | None
    counted: int
    copies: int


ONCE: Final = Ending(State.DELIVERED, 1, 1)
MERGED: Final = Ending(State.DELIVERED, 1, 2)
FOUR_MERGED: Final = Ending(State.DELIVERED, 1, 4)
REJECTED: Final = Ending(State.REJECTED, 0, 0)
UNCERTAIN_THERE: Final = Ending(State.UNCERTAIN, 1, 1)
UNCERTAIN_NOT_THERE: Final = Ending(State.UNCERTAIN, 0, 0)

# Fault, how a purchase ends, how a refund does. None: the row says nothing about that kind.
_ROWS: Final[dict[str, tuple[Fault, Ending | None, Ending | None]]] = {
    "nothing": (Fault(), ONCE, ONCE),
    # The process is killed.
    "killed before anything was read": (Fault(hook=lambda: killed("before load")), ONCE, ONCE),
    "killed before the begin": (Fault(hook=lambda: killed("before begin")), ONCE, ONCE),
    "killed between begin and send": (
        Fault(hook=lambda: killed("after begin")),
        ONCE,
        UNCERTAIN_NOT_THERE,
    ),
    "killed between send and settle": (
        Fault(hook=lambda: killed("before settle")),
        MERGED,
        UNCERTAIN_THERE,
    ),
    "killed after settle": (Fault(hook=lambda: killed("after settle")), ONCE, ONCE),
    "killed before it gave the claim back": (
        Fault(acts=(Act.BUSY,), hook=lambda: killed("before release")),
        ONCE,
        UNCERTAIN_NOT_THERE,
    ),
    # Copies at once.
    "2 copies": (Fault(copies=2), ONCE, ONCE),
    "2 copies, two instances": (Fault(copies=2, clocks=(0, 0)), ONCE, ONCE),
    "10 copies, slow GA4": (Fault(acts=(Act.SLOW,), copies=10, clocks=(0, 0)), ONCE, ONCE),
    "50 copies": (Fault(copies=50), ONCE, ONCE),
    "50 copies, five instances": (Fault(copies=50, clocks=(0,) * 5), ONCE, ONCE),
    # The store.
    "store down": (Fault(hook=down), ONCE, ONCE),
    "store down from the begin on": (Fault(hook=lambda: down_from("before begin")), ONCE, ONCE),
    "store down from the answer to the begin on": (
        Fault(hook=lambda: down_from("after begin")),
        ONCE,
        UNCERTAIN_NOT_THERE,
    ),
    "store down once sending began": (
        Fault(hook=lambda: down("before settle", "before release")),
        MERGED,
        UNCERTAIN_THERE,
    ),
    "store down after GA4 refused connections": (
        Fault(refuses=True, hook=lambda: down("before release")),
        ONCE,
        UNCERTAIN_NOT_THERE,
    ),
    "store flapping": (Fault(hook=lambda: flapping(_WRITES)), ONCE, ONCE),
    "store flapping, GA4 busy": (
        Fault(acts=(Act.BUSY,), hook=lambda: flapping(_WRITES[1:])),
        ONCE,
        ONCE,
    ),
    "store slow": (Fault(hook=lambda: slow(0.5)), ONCE, ONCE),
    "store too slow to begin": (Fault(hook=lambda: slow(60, "before begin")), ONCE, ONCE),
    "store too slow to say that it began": (
        Fault(hook=lambda: slow(60, "after begin")),
        ONCE,
        UNCERTAIN_NOT_THERE,
    ),
    "store too slow to settle": (
        Fault(hook=lambda: slow(60, "before settle")),
        MERGED,
        UNCERTAIN_THERE,
    ),
    "answer to the reading lost": (Fault(hook=lambda: down("after load")), ONCE, ONCE),
    "answer to the begin lost": (Fault(hook=lambda: down("after begin")), ONCE, ONCE),
    "begun, and asked to begin once more": (
        Fault(hook=lambda: overtaken("after begin")),
        ONCE,
        ONCE,
    ),
    "begun, its answer lost, and the store away once more": (
        Fault(hook=lost_then_away),
        ONCE,
        ONCE,
    ),
    "overtaken at the begin": (Fault(hook=lambda: overtaken(*["before begin"] * 3)), ONCE, ONCE),
    "overtaken while settling": (Fault(hook=lambda: overtaken("before settle")), ONCE, ONCE),
    "settled, and asked to settle once more": (
        Fault(hook=lambda: overtaken("after settle")),
        ONCE,
        ONCE,
    ),
    "answer to the settling lost": (Fault(hook=lambda: down("after settle")), ONCE, ONCE),
    # GA4.
    "GA4 refuses connections": (Fault(refuses=True), ONCE, ONCE),
    "GA4 answers 503": (Fault(acts=(Act.BUSY,)), ONCE, ONCE),
    "GA4 answers 503 once": (Fault(acts=(Act.BUSY, Act.TAKE)), ONCE, ONCE),
    "GA4 answers 429 and wants a minute": (Fault(acts=(Act.LIMIT,)), ONCE, ONCE),
    "GA4 answers 400": (Fault(acts=(Act.REFUSE,), for_good=True), REJECTED, REJECTED),
    "GA4 answers 500": (Fault(acts=(Act.FAIL,)), FOUR_MERGED, UNCERTAIN_THERE),
    "GA4 closes after reading": (Fault(acts=(Act.CLOSE,)), FOUR_MERGED, UNCERTAIN_THERE),
    "GA4 closes after reading once": (
        Fault(acts=(Act.CLOSE, Act.TAKE)),
        MERGED,
        UNCERTAIN_THERE,
    ),
    "GA4 closes and forgets": (Fault(acts=(Act.CLOSE_LOST,)), ONCE, UNCERTAIN_NOT_THERE),
    "GA4 is busy, then closes": (
        Fault(acts=(Act.BUSY, Act.CLOSE, Act.TAKE)),
        MERGED,
        UNCERTAIN_THERE,
    ),
    "GA4 hangs": (Fault(acts=(Act.HANG, Act.TAKE)), MERGED, UNCERTAIN_THERE),
    "GA4 hangs and forgets": (Fault(acts=(Act.HANG_LOST,)), ONCE, UNCERTAIN_NOT_THERE),
    # Time and secrets.
    "a clock two minutes ahead": (
        Fault(acts=(Act.SLOW,), copies=2, clocks=(0, 120), apart=0.4),
        MERGED,
        UNCERTAIN_THERE,
    ),
    "a clock two minutes behind": (
        Fault(acts=(Act.SLOW,), copies=2, clocks=(-120, 0), apart=0.4),
        MERGED,
        UNCERTAIN_THERE,
    ),
    "a clock half a minute ahead": (
        Fault(acts=(Act.SLOW,), copies=2, clocks=(0, 30), apart=0.4),
        ONCE,
        ONCE,
    ),
    "secret rotated": (Fault(rotates=True, copies=5), ONCE, ONCE),
}


# What only the Data Manager API answers so: a person has to put it right, and then it goes on.
_OF_DATA_MANAGER: Final[dict[str, tuple[Fault, Ending | None, Ending | None]]] = {
    "Google answers 403": (Fault(acts=(Act.FORBID,)), ONCE, ONCE),
    "10 copies, Google answers 403": (Fault(acts=(Act.FORBID,), copies=10), ONCE, ONCE),
}


@dataclass(frozen=True)
class Row:
    """One cell of the matrix.

    Attributes:
        name: What goes wrong.
        fault: The same, as data.
        event: With which kind of event.
        ending: How it must end.
        sink: Which API it is sent by.
    """

    name: str
    fault: Fault
    event: str
    ending: Ending
    sink: Sink = Sink.MEASUREMENT_PROTOCOL

    def __str__(self) -> str:
        """Name it, for a test's id."""
        by = " by Data Manager" if self.sink is Sink.DATA_MANAGER else ""
        return f"{self.event}{by}: {self.name}"


def accepted(ending: Ending) -> Ending:
    """Return how a row ends by the Data Manager API: what it took is only accepted at first."""
    state = State.ACCEPTED if ending.state is State.DELIVERED else ending.state
    return replace(ending, state=state)


ROWS: Final = tuple(
    Row(name, fault, event, ending)
    for name, (fault, purchase, refund) in _ROWS.items()
    for event, ending in ((PURCHASE, purchase), (REFUND, refund))
    if ending is not None
)
DATA_MANAGER_ROWS: Final = tuple(
    Row(name, fault, event, accepted(ending), Sink.DATA_MANAGER)
    for name, (fault, purchase, refund) in {**_ROWS, **_OF_DATA_MANAGER}.items()
    for event, ending in ((PURCHASE, purchase), (REFUND, refund))
    if ending is not None
)
