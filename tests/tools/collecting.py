"""The local GA4 in a thread of its own, for tests that are not coroutines."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tools.collector import Collector


@contextmanager
def collecting(collector: Collector | None = None) -> Iterator[str]:
    """Run a collector, a new one unless it is given; yield where it listens."""
    collector = collector or Collector()
    listening = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with collector:
            listening.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[run()])
    thread.start()
    try:
        assert listening.wait(5)
        yield collector.url
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
