"""What an event costs on Firestore: round trips, documents read, documents written."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ga4 import Analytics
from tests.faults.world import PURCHASE, REFUND, FaultyEvent, World
from tests.stores.conftest import STORES
from tests.support.firestore_emulator import tell_address
from tools import store_cost

# What the README says of it: round trips, documents read, documents written; then for a copy.
COSTS = {PURCHASE: [(3, 5, 5), (1, 1, 0)], REFUND: [(4, 4, 4), (1, 1, 0)]}
_ANSWERED = 200
_COUNTED = (store_cost.ROUND_TRIPS, store_cost.READ, store_cost.WRITTEN)


@pytest.fixture
def cost() -> Iterator[Counter[str]]:
    """What Firestore is asked for, counted at the door."""
    counts: Counter[str] = Counter()

    def count(what: str, more: float) -> None:
        counts[what] += int(more)

    with store_cost.counted(count):
        yield counts


@pytest.mark.parametrize("name", [PURCHASE, REFUND])
def test_an_event_costs_what_the_readme_says(
    name: str, cost: Counter[str], firestore_emulator: str, tmp_path: Path
) -> None:
    """The first time, and when it comes again."""
    tell_address(firestore_emulator, tmp_path)
    domain_event = FaultyEvent(name, "ORD-1")

    async def sender() -> list[tuple[int, ...]]:
        async with Analytics() as ga4:
            world = World(tmp_path, ga4, STORES["firestore"](tmp_path).open)
            await world.place(domain_event)
            instance, costs = world.instance(), []
            try:
                for _ in range(2):
                    cost.clear()
                    assert await instance.post(domain_event.body()) == _ANSWERED
                    costs.append(tuple(cost[what] for what in _COUNTED))
            finally:
                await world.close()
        return costs

    assert asyncio.run(sender()) == COSTS[name]
