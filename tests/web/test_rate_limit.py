"""How many requests a process takes in a minute."""

import pytest

from shared.errors import RateError
from shared.web.rate_limit import MAX_ADDRESSES, RateLimiter, SharedRate
from tests.web.seconds import Seconds


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


def served(rate: SharedRate, address: str, wanted: int = 1000) -> int:
    """Return how many of an address's requests are let through at once."""
    for count in range(wanted):
        try:
            rate.take(address)
        except RateError:
            return count
    return wanted


def test_no_address_takes_more_than_its_share() -> None:
    """Whoever else comes is served."""
    rate = SharedRate(600, 60, Seconds())

    assert served(rate, "program") == 60
    assert [served(rate, f"page-{number}", 2) for number in range(100)] == [2] * 100


def test_who_comes_often_leaves_half_to_who_does_not() -> None:
    """A program with many addresses takes half of the whole, and what few requests take."""
    rate = SharedRate(600, 60, Seconds())
    programs = sum(served(rate, f"program-{number}") for number in range(20))

    assert programs <= 300 + 20 * 10
    assert [served(rate, f"page-{number}", 1) for number in range(100)] == [1] * 100


def test_the_whole_is_bounded_whoever_comes() -> None:
    """By the bound for all."""
    rate = SharedRate(600, 60, Seconds())

    assert sum(served(rate, f"page-{number}", 5) for number in range(1000)) == 600


def test_looking_takes_nothing() -> None:
    """Only what is taken counts."""
    rate = SharedRate(2, 60, Seconds())
    for _ in range(100):
        rate.check("page")

    assert served(rate, "page") == 2


def test_addresses_are_forgotten_before_memory_suffers() -> None:
    """Those that came longest ago."""
    rate = SharedRate(100_000, 1, Seconds())
    for number in range(MAX_ADDRESSES + 1):
        rate.take(str(number))

    assert served(rate, "0") == 1
    assert served(rate, str(MAX_ADDRESSES)) == 0
