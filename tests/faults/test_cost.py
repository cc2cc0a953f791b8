"""What an event costs on Firestore: round trips, documents read, documents written."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.stores.firestore.database import FirestoreDatabase
from tests.faults.ga4 import Analytics
from tests.faults.world import PURCHASE, REFUND, FaultyEvent, World
from tests.stores.conftest import STORES
from tests.support.firestore_emulator import tell_address

# What the README says of it: round trips, documents read, documents written; then for a copy.
COSTS = {PURCHASE: [(6, 7, 6), (5, 9, 0)], REFUND: [(6, 4, 3), (5, 5, 0)]}
_ANSWERED = 200
_COUNTED = ("round trips", "documents read", "documents written")


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What Firestore is asked for, counted at the door."""
    counted: Counter[str] = Counter()

    def count(method: str, what: str) -> None:
        inner = getattr(FirestoreDatabase, method)

        async def run(self: FirestoreDatabase, *asked: Any) -> Any:  # noqa: ANN401 - any method
            counted["round trips"] += 1
            found = await inner(self, *asked)
            counted[what] += len(found)
            return found

        monkeypatch.setattr(FirestoreDatabase, method, run)

    count("read", "documents read")
    count("query", "documents read")
    count("commit", "documents written")
    return counted


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
            instance, costs = world.instance(), []
            try:
                for _ in range(2):
                    cost.clear()
                    assert await instance.post(domain_event.told()) == _ANSWERED
                    costs.append(tuple(cost[what] for what in _COUNTED))
            finally:
                await world.close()
        return costs

    assert asyncio.run(sender()) == COSTS[name]
