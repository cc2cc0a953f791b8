"""A round in which several server processes share a store, and every order is sent exactly once."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4
from benchmarks.load import BenchmarkError, deliver
from benchmarks.processes import usage
from benchmarks.servers import Running
from tools.traffic.request import Request

_OK: Final = 200
# A duplicate that is under way in the other process, and a store that many want at once.
_LATER: Final = frozenset({409, 503})
_TRIES: Final = 30
_PAUSE_SECONDS: Final = 1.0
_MOST_PER_SECOND: Final = 3000


@dataclass
class Round:
    """What one round showed.

    Attributes:
        seconds: How long it took.
        cpu_seconds: Processor time of all servers.
        counted: What the store was asked for, by name.
        latencies: Seconds from request to answer, sorted.
        answers: Status → how many answers had it.
        orders: How many different orders were delivered.
        again: How many orders no delivery had been answered 200 for, so that they came again.
        doubled: How many events GA4 got more than once.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    counted: dict[str, float] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    orders: int = 0
    again: int = 0
    doubled: int = 0

    @property
    def deliveries(self) -> int:
        """How many deliveries were answered."""
        return len(self.latencies)

    def percentile_ms(self, share: float) -> float:
        """The latency that a share of the deliveries stayed below, in milliseconds."""
        return self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)] * 1e3


async def play(  # noqa: PLR0913 - what a round is made of
    client: aiohttp.ClientSession,
    servers: Sequence[Running],
    sink: GA4,
    deliveries: Deliveries,
    *,
    seconds: float,
    in_flight: int,
    copies: int,
    counted: Callable[[], dict[str, float]],
) -> Round:
    """Play one round.

    Args:
        client: Sends.
        servers: Share the store; they take turns.
        sink: Stands in for GA4.
        deliveries: Makes orders.
        seconds: How long to send.
        in_flight: How many orders are on their way at once.
        copies: How many times each is delivered, at the same moment, each time to another server.
        counted: Reads what the servers counted.

    Raises:
        BenchmarkError: A server answered what it should not, or an order was never sent.
    """
    # A server's first delivery pays for imports and connections.
    for server, delivery in zip(servers, deliveries.make(len(servers)), strict=True):
        await _until_taken(client, server, delivery)
    await sink.forget()
    found, left = Round(), []
    ready = iter(enumerate(deliveries.make(int(seconds * _MOST_PER_SECOND))))
    until = time.perf_counter() + seconds

    async def send(number: int, delivery: Request) -> int:
        server = servers[number % len(servers)]
        began = time.perf_counter()
        status = await deliver(client, server.url, delivery)
        found.latencies.append(time.perf_counter() - began)
        found.answers[status] += 1
        return status

    async def sender() -> None:
        for number, delivery in ready:
            if time.perf_counter() >= until:
                return
            found.orders += 1
            statuses = await asyncio.gather(
                *(send(number + copy, delivery) for copy in range(copies))
            )
            if unexpected := set(statuses) - {_OK} - _LATER:
                raise BenchmarkError(f"{servers[0].name} answered {unexpected}")
            if _OK not in statuses:
                left.append(delivery)

    cpu, before, began = _cpu_seconds(servers), counted(), time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(in_flight)))
    found.seconds = time.perf_counter() - began
    found.cpu_seconds = _cpu_seconds(servers) - cpu
    found.counted = {what: number - before[what] for what, number in counted().items()}
    found.latencies.sort()
    found.again = len(left)
    for delivery in left:
        await _until_taken(client, servers[0], delivery)
    await _check_sent_once(sink, found)
    return found


async def _check_sent_once(sink: GA4, found: Round) -> None:
    orders, events = await sink.orders(), await sink.events()
    found.doubled = events - orders
    if orders != found.orders:
        raise BenchmarkError(f"{found.orders} orders were sent, GA4 got {orders}")


async def _until_taken(client: aiohttp.ClientSession, server: Running, delivery: Request) -> None:
    """Deliver as a provider does: again while the server says later."""
    status = 0
    for _ in range(_TRIES):
        status = await deliver(client, server.url, delivery)
        if status == _OK:
            return
        await asyncio.sleep(_PAUSE_SECONDS)
    raise BenchmarkError(f"{server.name} answered {status} {_TRIES} times")


def _cpu_seconds(servers: Sequence[Running]) -> float:
    return sum(usage(server.pid).cpu_seconds for server in servers)
