"""Running until the work is done or somebody says stop."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from shared.errors import ConnectorError
from tools.errors import StoppedError, as_command_error

T = TypeVar("T")

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_in_foreground(work: Coroutine[Any, Any, T]) -> T:
    """Run work to its end, or cancel it on a signal and let it clean up.

    The signals are SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal is closed).

    Returns:
        What the work returned.

    Raises:
        StoppedError: A signal came first.
    """
    return asyncio.run(_supervise(work))


def run_command(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work in the foreground.

    Returns:
        What the work returned.

    Raises:
        UsageError: The settings make no sense.
        FailedError: Something is out of reach.
        StoppedError: Somebody said stop.
    """
    try:
        return run_in_foreground(work)
    except ConnectorError as error:
        raise as_command_error(error) from None


async def _supervise(work: Coroutine[Any, Any, T]) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    came: list[signal.Signals] = []

    def interrupt(number: signal.Signals) -> None:
        # Once: a second, impatient signal would cancel the cleaning up.
        if not came:
            task.cancel()
        came.append(number)

    for number in _SIGNALS:
        # Under nohup a command outlives its terminal.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, interrupt, number)
    try:
        return await task
    except asyncio.CancelledError:
        if came:
            raise StoppedError(came[0]) from None
        raise
