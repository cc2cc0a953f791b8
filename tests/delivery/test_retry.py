"""What is known is written down, though the store is away for a moment."""

import asyncio

import pytest

from shared.deadline import request_deadline
from shared.delivery.retry import retry_while_unavailable
from shared.errors import LeaseLostError, UnavailableError
from tests.support.loop import in_a_fast_loop


class Write:
    """Fails a number of times.

    Attributes:
        tried: How often it was tried.
    """

    def __init__(self, failures: int, error: Exception | None = None) -> None:
        self.tried = 0
        self._failures = failures
        self._error = error or UnavailableError("STORE: away")

    async def __call__(self) -> None:
        """Write, or fail."""
        self.tried += 1
        if self.tried <= self._failures:
            raise self._error


@in_a_fast_loop
async def test_a_store_that_comes_back_is_told() -> None:
    """After as many tries as it takes."""
    write = Write(5)
    await retry_while_unavailable(write)

    assert write.tried == 6


@in_a_fast_loop
async def test_a_store_that_stays_away_is_given_up() -> None:
    """After three seconds."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    with pytest.raises(UnavailableError, match="STORE: away"):
        await retry_while_unavailable(Write(10_000))

    assert 2 < loop.time() - started < 5


@in_a_fast_loop
async def test_the_requests_deadline_ends_it_sooner() -> None:
    """But one try there always is."""
    write = Write(10_000)
    with request_deadline(1), pytest.raises(UnavailableError):
        await retry_while_unavailable(write)

    assert write.tried == 1


@in_a_fast_loop
async def test_a_lease_that_is_lost_is_no_reason_to_try_again() -> None:
    """Only what may heal is."""
    write = Write(1, LeaseLostError("the lease was taken over"))
    with pytest.raises(LeaseLostError):
        await retry_while_unavailable(write)

    assert write.tried == 1
