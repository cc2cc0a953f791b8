"""Firestore behind a wire that fails: a request keeps its deadline, and nothing is lost or doubled.

The matrix lets a store fail in what it answers; here the connection itself does, under Google's own
client and its retries.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from shared.settings.limits import Limits
from shared.stores.entry import State
from shared.stores.firestore.database import firestore_stores
from tests.faults.ga4 import Analytics
from tests.faults.matrix import ONCE, Ending
from tests.faults.wire import Wire
from tests.faults.world import PURCHASE, REFUND, FaultyEvent, World
from tests.support.builders import NOW
from tests.support.fast_loop import run_fast
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address

_FACTOR = 3
_LATE_SECONDS = 1.0


@pytest.mark.parametrize("name", [PURCHASE, REFUND])
@pytest.mark.parametrize("fail", [Wire.freeze, Wire.stop])
def test_a_request_keeps_its_deadline(
    fail: Callable[[Wire], Awaitable[None]], name: str, firestore_emulator: str, tmp_path: Path
) -> None:
    """It is answered 503 in time; when the wire is repaired the event is sent, once."""
    tell_address(firestore_emulator, tmp_path)
    emulator, project = address_and_project(tmp_path)
    domain_event, other = FaultyEvent(name, "ORD-1"), FaultyEvent(name, "ORD-2")

    async def play() -> tuple[int, float, list[int], Ending]:
        time = asyncio.get_running_loop().time
        async with Wire(emulator) as wire, Analytics() as ga4:
            world = World(
                tmp_path,
                ga4,
                lambda: firestore_stores(project, DATABASE, wire.address, clock=lambda: NOW),
            )
            try:
                await world.place(domain_event, other)
                instance = world.instance()
                assert await instance.post(other.body()) == 200
                await fail(wire)
                began = time()
                failed = await instance.post(domain_event.body())
                took = time() - began
                await wire.listen()
                again = [await instance.post(domain_event.body()) for _ in range(2)]
                entry = await world.entry(domain_event)
            finally:
                await world.close()
        fact = domain_event.fact
        state = entry.state if entry else None
        return failed, took, again, Ending(state, ga4.counted(fact), ga4.recorded[fact])

    failed, took, again, ending = run_fast(play(), _FACTOR)

    assert failed == 503
    assert took < Limits().deadline_seconds + _LATE_SECONDS
    assert again[-1] == 200
    assert ending == ONCE


def test_a_wire_that_breaks_at_every_moment_loses_nothing(
    firestore_emulator: str, tmp_path: Path
) -> None:
    """Twenty events while each connection lives for a twentieth of a second; then all is well."""
    tell_address(firestore_emulator, tmp_path)
    emulator, project = address_and_project(tmp_path)
    events = [FaultyEvent(name, f"ORD-{n}") for n in range(10) for name in (PURCHASE, REFUND)]

    async def play() -> list[tuple[FaultyEvent, State | None, int]]:
        async with Wire(emulator) as wire, Analytics() as ga4:
            world = World(
                tmp_path,
                ga4,
                lambda: firestore_stores(project, DATABASE, wire.address, clock=lambda: NOW),
            )

            async def break_it() -> None:
                while True:
                    await asyncio.sleep(0.05)
                    await wire.broken()

            await world.place(*events)
            breaking = asyncio.create_task(break_it())
            try:
                instance = world.instance()
                await asyncio.gather(*(instance.post(each.body()) for each in events))
                breaking.cancel()
                for _ in range(3):
                    world.let_leases_run_out()
                    statuses = [await instance.post(each.body()) for each in events]
                assert statuses == [200] * len(events)
                entries = [(each, await world.entry(each)) for each in events]
            finally:
                breaking.cancel()
                await world.close()
        return [
            (each, entry.state if entry else None, ga4.counted(each.fact))
            for each, entry in entries
        ]

    for domain_event, state, counted in asyncio.run(play()):
        delivered_once = (state, counted) == (State.DELIVERED, 1)
        # Where it broke after sending, nobody may send a refund again.
        assert delivered_once or (
            domain_event.name == REFUND and state is State.UNCERTAIN and counted <= 1
        )
