"""The local GA4 in a thread of its own, for tests that are not coroutines."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from queue import Queue
from typing import Final

from tools.collector import Collector

_SECONDS: Final = 20.0


@contextmanager
def collecting(collector: Collector | None = None) -> Iterator[str]:
    """Run a collector, a new one unless it is given; yield where it listens.

    A page that is still open has a stream there. `asyncio.run` ends that too: what is left in a
    closed loop fails some later test, when the garbage collector comes to it.
    """
    collector = collector or Collector()
    listening: Queue[Callable[[], object]] = Queue()

    async def run() -> None:
        stop = asyncio.Event()
        async with collector:
            listening.put(partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set))
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    stop = listening.get(timeout=_SECONDS)
    try:
        yield collector.url
    finally:
        stop()
        thread.join(_SECONDS)
        assert not thread.is_alive(), "the collector does not end"
