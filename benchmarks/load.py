"""A round of load: so many deliveries in flight for so long."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import aiohttp

from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4
from benchmarks.processes import usage
from benchmarks.servers import Running
from tools.traffic.request import Request

# More than any server here answers in a second.
_MOST_PER_SECOND: Final = 6000


class BenchmarkError(Exception):
    """A server did not do what it is measured for."""


@dataclass(frozen=True)
class Round:
    """What one round showed.

    Attributes:
        per_second: Deliveries answered a second.
        latencies: Seconds from request to answer, sorted.
        cpu_ms: Processor time of the server for each delivery.
        client_load: How busy the core of the client and GA4 was, 0 to 1.
    """

    per_second: float
    latencies: list[float]
    cpu_ms: float
    client_load: float

    def percentile(self, share: float) -> float:
        """The latency that a share of the deliveries stayed below, in milliseconds."""
        return self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)] * 1e3


async def play(  # noqa: PLR0913 - what a round is made of
    client: aiohttp.ClientSession,
    server: Running,
    sink: GA4,
    deliveries: Deliveries,
    *,
    in_flight: int,
    seconds: float,
) -> Round:
    """Play one round.

    Raises:
        BenchmarkError: A delivery was not answered 200, or GA4 did not get every one.
    """
    await sink.forget()
    ready = iter(deliveries.make(int(seconds * _MOST_PER_SECOND)))
    before, sink_before, client_before = usage(server.pid), usage(sink.pid), time.process_time()
    began = time.perf_counter()
    latencies: list[float] = []
    answers: Counter[int] = Counter()
    await asyncio.gather(
        *(
            _send(client, server.url, ready, began + seconds, latencies, answers)
            for _ in range(in_flight)
        )
    )
    took = time.perf_counter() - began
    client_seconds = time.process_time() - client_before
    after, sink_after = usage(server.pid), usage(sink.pid)
    orders = await sink.orders()
    if set(answers) != {200} or orders != len(latencies):
        sent = f"{server.name}: {len(latencies)} sent"
        raise BenchmarkError(f"{sent}, {orders} at GA4, answers {dict(answers)}")
    return Round(
        per_second=len(latencies) / took,
        latencies=sorted(latencies),
        cpu_ms=(after.cpu_seconds - before.cpu_seconds) / len(latencies) * 1e3,
        client_load=(client_seconds + sink_after.cpu_seconds - sink_before.cpu_seconds) / took,
    )


async def _send(  # noqa: PLR0913, PLR0917 - one of many senders that share everything
    client: aiohttp.ClientSession,
    url: str,
    ready: Iterator[Request],
    until: float,
    latencies: list[float],
    answers: Counter[int],
) -> None:
    clock = time.perf_counter
    for delivery in ready:
        began = clock()
        if began >= until:
            return
        status = await deliver(client, url, delivery)
        latencies.append(clock() - began)
        answers[status] += 1


async def deliver(client: aiohttp.ClientSession, url: str, delivery: Request) -> int:
    """Send one delivery; the status of its answer."""
    while True:
        try:
            async with client.post(url, data=delivery.body, headers=delivery.headers) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            continue  # it closed a connection that it thought idle: a sender tries again


async def listening(client: aiohttp.ClientSession, process: Running) -> None:
    """Wait until a server listens.

    Raises:
        BenchmarkError: It takes too long.
    """
    for _ in range(3000):
        try:
            async with client.get(process.url):
                return
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.01)
    raise BenchmarkError(f"{process.name} does not listen")
