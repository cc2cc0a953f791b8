"""From nothing to the first delivered event."""

import asyncio
import time
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4
from benchmarks.load import BenchmarkError
from benchmarks.servers import Server, running

_PATIENCE_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 0.002


async def cold_start(
    client: aiohttp.ClientSession, server: Server, sink: GA4, deliveries: Deliveries, folder: Path
) -> float:
    """Start a server and deliver to it; seconds from the start to the answer.

    Raises:
        BenchmarkError: The first answer is not 200, or GA4 was not told.
    """
    await sink.forget()
    (delivery,) = deliveries.make(1)
    began = time.perf_counter()
    async with running(server, sink.url, folder) as process:
        while True:
            try:
                async with client.post(
                    process.url, data=delivery.body, headers=delivery.headers
                ) as answer:
                    await answer.read()
                break
            except aiohttp.ClientConnectorError:
                if time.perf_counter() - began > _PATIENCE_SECONDS:
                    raise BenchmarkError(f"{server.name} does not listen") from None
                await asyncio.sleep(_PAUSE_SECONDS)
        took = time.perf_counter() - began
        told = await sink.orders()
        if answer.status != 200 or told != int(server.tells):  # noqa: PLR2004 - HTTP's
            raise BenchmarkError(f"{server.name} answered {answer.status}, GA4 was told {told}")
    return took
