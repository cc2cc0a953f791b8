"""Until when a request has time: the earlier of its deadline and a waiter's own patience."""

import asyncio

from shared.deadline import (
    SETTLING_SECONDS,
    give_up_at,
    request_deadline,
    settling,
    time_is_up,
)
from tests.support.loop import in_a_fast_loop, in_a_loop


def left(patience: float = 60.0) -> float:
    """Return how many seconds waiting may take now, to a tenth."""
    return round(give_up_at(patience) - asyncio.get_running_loop().time(), 1)


@in_a_loop
async def test_the_earlier_of_the_two_counts() -> None:
    """A second of the request's time is kept for the end."""
    with request_deadline(9):
        assert (left(5), left(60)) == (5, 9 - SETTLING_SECONDS)
        with settling():
            assert left(60) == 9
        assert left(60) == 9 - SETTLING_SECONDS


@in_a_loop
async def test_without_a_request_only_patience_counts() -> None:
    """As for a tool, or a test."""
    with settling():
        assert left(60) == 60
    assert (left(60), time_is_up()) == (60, False)


@in_a_loop
async def test_requests_have_deadlines_of_their_own() -> None:
    """Each in its own context, on one loop; and none outlives its request."""

    async def one(seconds: float) -> float:
        with request_deadline(seconds):
            await asyncio.sleep(0)
            return left()

    assert list(await asyncio.gather(one(5), one(20))) == [4, 19]
    assert left() == 60


@in_a_fast_loop
async def test_time_is_up_before_the_last_second() -> None:
    """Then nothing more is begun, but what was begun is written down."""
    with request_deadline(2):
        assert not time_is_up()
        await asyncio.sleep(1.1)
        assert time_is_up()
        with settling():
            assert not time_is_up()
