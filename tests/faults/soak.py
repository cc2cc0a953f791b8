"""Very many deliveries with random faults, each retried until it is answered."""

import asyncio
import gc
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Final

from shared.domain.sink import Sink
from shared.stores.stores import Stores
from tests.faults.books import Books
from tests.faults.chance import CURRENT, Chance
from tests.faults.ga4 import Analytics
from tests.faults.store_faults import KilledError
from tests.faults.world import PURCHASE, REFUND, FaultyEvent, Instance, World

_BATCH: Final = 250
_AT_ONCE: Final = 20
_INSTANCES: Final = 3
_SECONDS_APART: Final = 10.0
_ROUNDS_OF_PEACE: Final = 4
_ANSWERED: Final = 200
_KIB: Final = 1024

Delivery = tuple[FaultyEvent, bytes]


def soak(
    seed: int, deliveries: int, folder: Path, open_stores: Callable[[], Stores], sink: Sink
) -> Books:
    """Deliver, go wrong, retry, and compare GA4's books with the ledger.

    Args:
        seed: Of the faults.
        deliveries: How many requests, with retries and duplicates; some more until all is answered.
        folder: For secrets.
        open_stores: Opens the store, again for each instance.
        sink: Which API the instances send by.
    """
    return asyncio.run(_soaked(seed, deliveries, folder, open_stores, sink))


async def _soaked(
    seed: int, deliveries: int, folder: Path, open_stores: Callable[[], Stores], sink: Sink
) -> Books:
    books, chance, events = Books(), Chance(seed), list[FaultyEvent]()
    began = time.monotonic()
    stores = open_stores()
    async with Analytics(chance.act) as ga4:
        world = World(folder, ga4, open_stores, sink=sink)
        # Clocks differ by seconds.
        instances = [
            world.instance(chance.store, skew=number * _SECONDS_APART)
            for number in range(_INSTANCES)
        ]
        try:
            shift = _Shift(world, instances, asyncio.Semaphore(_AT_ONCE), books)
            provider = _provider(seed, events)
            waiting: list[Delivery] = []
            while books.deliveries < deliveries:
                waiting += islice(provider, _BATCH - len(waiting))
                await world.place(*(each for each, _ in waiting))
                waiting = await shift.refused(waiting)
            chance.end()
            for _ in range(_ROUNDS_OF_PEACE):
                waiting = await shift.refused(waiting)
            books.wrong += [f"{domain_event}: never answered 200" for domain_event, _ in waiting]
            for domain_event in events:
                await books.audit(domain_event, stores.ledger, ga4, chance)
        finally:
            await world.close()
            await stores.close()
    books.events, books.faults, books.seconds = len(events), chance.met, time.monotonic() - began
    return books


def _provider(seed: int, events: list[FaultyEvent]) -> Iterator[Delivery]:
    """Yield what a provider delivers: up to four copies of one or two events about a happening."""
    random = Random(seed)  # noqa: S311 - no secret
    for number in count():
        domain_event = FaultyEvent(random.choice([PURCHASE, REFUND]), f"SOAK-{number}")
        events.append(domain_event)
        for _ in range(random.randint(1, 4)):
            yield domain_event, domain_event.body(random.choice("12"))


@dataclass(frozen=True)
class _Shift:
    """Instances at work, and how much they may do at once."""

    world: World
    instances: list[Instance]
    turns: asyncio.Semaphore
    books: Books

    async def refused(self, batch: list[Delivery]) -> list[Delivery]:
        """Deliver all of a batch, let a minute pass, and return what is to be brought again."""
        answers = await asyncio.gather(*map(self._answered, range(len(batch)), batch))
        self.books.deliveries += len(batch)
        self.world.let_leases_run_out()
        gc.collect()
        self.books.memory_kib.append(_memory_kib())
        return [each for each, answered in zip(batch, answers, strict=True) if not answered]

    async def _answered(self, number: int, delivery: Delivery) -> bool:
        CURRENT.set(delivery[0])
        async with self.turns:
            try:
                status = await self.instances[number % len(self.instances)].post(delivery[1])
            except KilledError:
                return False
        return status == _ANSWERED


def _memory_kib() -> int:
    resident = int(Path("/proc/self/statm").read_text().split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE") // _KIB
