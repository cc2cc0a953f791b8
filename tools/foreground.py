"""Running until the work is done or somebody says stop."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

INTERRUPTED: Final = None
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def run_in_foreground(work: Coroutine[Any, Any, T]) -> T | None:
    """Run work to its end, or cancel it on SIGINT or SIGTERM and let it clean up.

    Returns:
        What the work returned, or `INTERRUPTED`.
    """
    return asyncio.run(_supervise(work))


async def _supervise(work: Coroutine[Any, Any, T]) -> T | None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    interrupted = asyncio.Event()

    def interrupt() -> None:
        # Once: a second, impatient signal would cancel the cleaning up.
        if not interrupted.is_set():
            interrupted.set()
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, interrupt)
    try:
        return await task
    except asyncio.CancelledError:
        if interrupted.is_set():
            return INTERRUPTED
        raise
