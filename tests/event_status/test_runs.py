"""Runs that meet, that end early, and how fast they ask."""

import asyncio

import pytest

from shared.handlers.event_status import MOST_LOOK_UPS
from tests.data_manager.statuses import counted, ga4
from tests.event_status.books import OLD, opened
from tests.faults.store_faults import KilledError, killed, with_faults
from tests.stores.conftest import Store
from tests.support.loop import in_a_fast_loop, in_a_loop


@in_a_loop
async def test_two_runs_at_once_count_each_event_once(store: Store) -> None:
    """Both ask; one of them settles."""
    async with opened(store) as books, store.stores() as other:
        await books.take(*(f"ORD-{number}" for number in range(8)))
        books.google.otherwise = ga4("PARTIAL_SUCCESS", [counted(OLD, 2, [0, 1])])
        books.google.delay_seconds = 0.05
        runs = await asyncio.gather(books.run(), books.run(other), books.run(), books.run(other))

    found = [each.counts or {} for each in runs]
    assert sum(each["delivered"] for each in found) == 6
    assert sum(each["rejected"] for each in found) == 2


@pytest.mark.parametrize("when", ["before", "after"])
@in_a_loop
async def test_a_killed_run_is_continued_by_the_next(store: Store, when: str) -> None:
    """Nothing is settled twice, and nothing is forgotten."""
    async with opened(store) as books:
        await books.take("ORD-1")
        await books.take("ORD-2", request="req-2")
        books.google.otherwise = ga4("SUCCESS")
        with pytest.raises(KilledError):
            await books.run(with_faults(books.stores, killed(f"{when} settle")))

        left = 2 if when == "before" else 1
        assert await books.counts() == {"look_ups": left, "delivered": left}
        assert await books.states("ORD-1", "ORD-2") == ["delivered", "delivered"]


@in_a_fast_loop
async def test_look_ups_leave_room_for_sending(store: Store) -> None:
    """Thirty at once, then one a second, and no more than fits into the quota of a day."""
    loop = asyncio.get_running_loop()
    async with opened(store) as books:
        for number in range(36):
            await books.take(f"ORD-{number}", request=f"req-{number}")
        books.google.otherwise = ga4("SUCCESS")
        started = loop.time()
        assert await books.counts() == {"look_ups": 36, "delivered": 36}
        took = loop.time() - started
    assert took > 5
    # 144 runs a day, of 100,000 requests.
    assert 144 * MOST_LOOK_UPS < 50_000
