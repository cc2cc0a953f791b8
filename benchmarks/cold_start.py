"""From nothing to the first delivered event."""

import asyncio
import time
from pathlib import Path
from typing import Final, NamedTuple

import aiohttp

from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4
from benchmarks.load import BenchmarkError
from benchmarks.processes import usage
from benchmarks.servers import Server, running

_PATIENCE_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 0.002


class Start(NamedTuple):
    """What a cold start took.

    Attributes:
        seconds: From the start of the process to its first answer.
        cpu_seconds: Processor time of the process, which other load on the machine changes less.
    """

    seconds: float
    cpu_seconds: float


async def cold_start(
    client: aiohttp.ClientSession, server: Server, sink: GA4, deliveries: Deliveries, folder: Path
) -> Start:
    """Start a server and deliver to it; what it took from the start to the answer.

    Raises:
        BenchmarkError: The first answer is not 2xx, or GA4 did not get the event.
    """
    await sink.forget()
    delivery = deliveries.first(server.name)
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
        took = Start(time.perf_counter() - began, usage(process.pid).cpu_seconds)
        orders = await sink.orders()
        if not answer.ok or orders != int(server.tells):
            raise BenchmarkError(f"{server.name} answered {answer.status}, GA4 got {orders} orders")
    return took
