"""Random faults, the same for every run of a seed: each event meets its own, whatever the order."""

import asyncio
from collections import Counter
from contextvars import ContextVar
from random import Random
from typing import Final

from shared.errors import UnavailableError
from tests.faults.ga4 import Act, Fact
from tests.faults.store_faults import KilledError
from tests.faults.world import FaultyEvent

CURRENT: Final[ContextVar[FaultyEvent]] = ContextVar("CURRENT")
"""What is being delivered."""

_ACTS: Final = {
    # Not LIMIT: an instance would leave GA4 alone for a minute of its own clock, which is not ours.
    Act.TAKE: 0.87,
    Act.BUSY: 0.05,
    Act.REFUSE: 0.005,
    Act.FAIL: 0.02,
    Act.CLOSE: 0.02,
    Act.CLOSE_LOST: 0.02,
    Act.HANG: 0.0005,
    Act.HANG_LOST: 0.0005,
    Act.SLOW: 0.013,
}
_KILLED: Final = 0.004
_AWAY: Final = 0.02
_SLOW: Final = 0.03
_SLOW_SECONDS: Final = 0.3
# Where an instance that ends, or a store that goes, leaves nobody knowing whether it was sent.
_IN_DOUBT: Final = frozenset({"after begin", "before settle", "before release"})


class Chance:
    """What goes wrong with GA4 and with the store, until it is told to end.

    Attributes:
        met: How often each fault came.
        in_doubt: What may have been sent without anybody knowing, for the store's sake.
        refused: What GA4 would not have.
    """

    def __init__(self, seed: int) -> None:
        """Begin with a seed."""
        self.met: Counter[str] = Counter()
        self.in_doubt: set[Fact] = set()
        self.refused: set[Fact] = set()
        self._seed = seed
        self._drawn: Counter[Fact] = Counter()
        self._over = False

    def end(self) -> None:
        """Let all be well from now on."""
        self._over = True

    def act(self, fact: Fact) -> Act:
        """Return what GA4 does with a request."""
        if self._over:
            return Act.TAKE
        (act,) = self._random(fact).choices(list(_ACTS), list(_ACTS.values()))
        if act is Act.REFUSE:
            self.refused.add(fact)
        if act is not Act.TAKE:
            self.met[f"GA4: {act.value}"] += 1
        return act

    async def store(self, moment: str) -> None:
        """Do what happens to the store at a moment: the hook of every instance."""
        fact = CURRENT.get().fact
        if self._over:
            return
        drawn = self._random(fact).random()
        if drawn >= _SLOW:
            return
        if drawn < _AWAY and moment in _IN_DOUBT:
            self.in_doubt.add(fact)
        if drawn < _KILLED:
            self.met["process: killed"] += 1
            raise KilledError(moment)
        if drawn < _AWAY:
            self.met["store: away"] += 1
            raise UnavailableError(f"STORE: away {moment}")
        self.met["store: slow"] += 1
        await asyncio.sleep(_SLOW_SECONDS)

    def _random(self, fact: Fact) -> Random:
        self._drawn[fact] += 1
        return Random(f"{self._seed} {fact} {self._drawn[fact]}")  # noqa: S311 - no secret
