"""How many requests a process takes in a minute."""

import pytest

from shared.errors import RateError
from shared.web.rate_limit import RateLimiter


class Seconds:
    """A clock that stands still.

    Attributes:
        now: What it shows.
    """

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now


def taken(rate: RateLimiter) -> int:
    """Return how many requests are let through at once."""
    for count in range(1000):
        try:
            rate.take()
        except RateError:
            return count
    raise AssertionError("no bound")


def test_a_minutes_worth_is_taken_at_once() -> None:
    """Not one more."""
    assert taken(RateLimiter(30, Seconds())) == 30


def test_time_brings_room_for_as_many_as_it_is_long() -> None:
    """At the rate of the bound, and never more than a minute's."""
    clock = Seconds()
    rate = RateLimiter(30, clock)
    taken(rate)

    clock.now += 10
    assert taken(rate) == 5
    clock.now += 3600
    assert taken(rate) == 30


@pytest.mark.parametrize(("per_minute", "seconds"), [(1, 60), (30, 2), (600, 1), (100_000, 1)])
def test_who_is_refused_learns_when_there_is_room(per_minute: int, seconds: int) -> None:
    """And finds it then."""
    clock = Seconds()
    rate = RateLimiter(per_minute, clock)
    for _ in range(per_minute):
        rate.take()

    with pytest.raises(RateError) as refused:
        rate.take()

    assert refused.value.retry_after == seconds
    clock.now += seconds
    rate.take()
