"""Work in the foreground can be stopped, once, and cleans up after itself."""

import asyncio
import os
import signal

import pytest

from tools.errors import StoppedError
from tools.foreground import run_in_foreground


def test_work_that_ends_gives_its_status() -> None:
    """Without a signal the work's own status counts."""

    async def work() -> int:
        """Return a status."""
        return 3

    assert run_in_foreground(work()) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_the_work_clean_up(number: signal.Signals) -> None:
    """The work is cancelled, and a second, impatient signal does not cut its cleaning short."""
    cleaned: list[str] = []

    async def work() -> int:
        """Be interrupted at work and at cleaning up."""
        try:
            os.kill(os.getpid(), number)
            await asyncio.sleep(30)
        finally:
            os.kill(os.getpid(), number)
            await asyncio.sleep(0.05)
            cleaned.append("up")
        return 0

    with pytest.raises(StoppedError, match=number.name) as stopped:
        run_in_foreground(work())
    assert stopped.value.exit_status == 128 + number
    assert cleaned == ["up"]


def test_failures_come_through() -> None:
    """An error of the work is the caller's to handle."""

    async def work() -> int:
        """Fail."""
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_in_foreground(work())
