"""Play one row of the matrix: a fault, then the sender's retries, then the same fact told again."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Final

from shared.stores.stores import Stores
from tests.faults.ga4 import Act, Analytics
from tests.faults.matrix import Ending, Fault, Row
from tests.faults.world import FaultyEvent, World
from tests.support.fast_loop import run_fast

MANY: Final = 10
RETRIES: Final = 4
_FACTOR: Final = 4
_ANSWERED: Final = 200


def ending(
    row: Row,
    folder: Path,
    open_stores: Callable[[], Stores],
    defect: Callable[[Stores], Stores] | None = None,
) -> Ending:
    """Return how a row really ends.

    Args:
        row: What goes wrong, with what.
        folder: For secrets.
        open_stores: Opens the store, again for each instance.
        defect: Makes defective stores.
    """
    played = _play(row, folder, open_stores, defect)
    # Where many copies keep the processor busy, time must not run ahead of it.
    return run_fast(played, 1 if row.fault.copies >= MANY else _FACTOR)


async def _play(
    row: Row,
    folder: Path,
    open_stores: Callable[[], Stores],
    defect: Callable[[Stores], Stores] | None,
) -> Ending:
    fault, domain_event = row.fault, FaultyEvent(row.event, "ORD-1")
    script = _acts(fault)
    async with Analytics(lambda _: next(script)) as ga4:
        world = World(folder, ga4, open_stores, defect, sink=row.sink)
        try:
            await world.place(domain_event)
            await _first_delivered(world, fault, domain_event.body())
            if not fault.for_good:
                ga4.next_act = lambda _: Act.TAKE
            await _delivered_again(world, domain_event.body())
            # The same fact once more, under another event of the provider's.
            await _delivered_again(world, domain_event.body("2"))
            entry = await world.entry(domain_event)
        finally:
            await world.close()
    return Ending(
        entry.state if entry else None,
        ga4.counted(domain_event.fact),
        ga4.recorded[domain_event.fact],
    )


def _acts(fault: Fault) -> Iterator[Act]:
    return chain(fault.acts, repeat(fault.acts[-1]))


async def _first_delivered(world: World, fault: Fault, body: bytes) -> None:
    """Deliver while things go wrong; whatever is answered, even nothing, is an answer."""
    instances = [world.instance(fault.hook(), skew=skew) for skew in fault.clocks]
    if fault.rotates:
        await instances[0].post(FaultyEvent("purchase", "BEFORE").body())
        world.rotate("whsec_rotated")
    if fault.refuses:
        await world.ga4.stop()

    async def one(number: int) -> int:
        await asyncio.sleep(number * fault.apart)
        return await instances[number % len(instances)].post(body)

    await asyncio.gather(*map(one, range(fault.copies)), return_exceptions=True)
    if fault.refuses:
        await world.ga4.listen()


async def _delivered_again(world: World, body: bytes) -> None:
    """Deliver as the provider does: until it is told 200."""
    instance = world.instance()
    for _ in range(RETRIES):
        if await instance.post(body) == _ANSWERED:
            return
        world.let_leases_run_out()
    raise AssertionError(f"not answered 200 in {RETRIES} retries")
