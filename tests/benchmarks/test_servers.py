"""What is measured against does what it claims to do, over its real wire."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from benchmarks.cold_start import cold_start
from benchmarks.competition import play
from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4, ga4
from benchmarks.load import deliver, listening
from benchmarks.servers import (
    BY_DATA_MANAGER,
    FLOOR,
    FLOOR_WITH_LEDGER,
    PUSHED,
    STACK,
    Server,
    counted,
    running,
)
from benchmarks.tally import Tally
from tools.changed import replace
from tools.store_cost import CONFLICTS, READ, ROUND_TRIPS, WAITED, WRITTEN


@asynccontextmanager
async def at_ga4() -> AsyncIterator[tuple[aiohttp.ClientSession, GA4]]:
    """Run the counting GA4."""
    async with aiohttp.ClientSession() as client, ga4(client) as sink:
        yield client, sink


@pytest.mark.parametrize(("server", "events"), [(FLOOR, 2), (FLOOR_WITH_LEDGER, 1), (STACK, 1)])
def test_only_what_has_a_ledger_sends_an_order_once(
    server: Server, events: int, tmp_path: Path
) -> None:
    """An order that comes twice; and nothing is sent for a wrong signature."""

    async def run() -> tuple[list[int], int, int]:
        async with at_ga4() as (client, sink), running(server, sink.url, tmp_path) as process:
            await listening(client, process)
            one, other = Deliveries().make(2)
            answers = [await deliver(client, process.url, one) for _ in range(2)]
            forged = replace(other, headers=one.headers)
            answers.append(await deliver(client, process.url, forged))
            return answers, await sink.orders(), await sink.events()

    assert asyncio.run(run()) == ([200, 200, 400], 1, events)


@pytest.mark.parametrize("server", PUSHED, ids=lambda server: server.name)
def test_every_function_takes_its_first_delivery(server: Server, tmp_path: Path) -> None:
    """GA4 gets the orders in it, which `cold_start` checks."""

    async def run() -> tuple[float, float]:
        async with at_ga4() as (client, sink):
            return await cold_start(client, server, sink, Deliveries(), tmp_path)

    seconds, cpu_seconds = asyncio.run(run())
    assert seconds > 0
    assert cpu_seconds > 0


def test_processes_that_share_a_store_tell_of_every_order_once(tmp_path: Path) -> None:
    """Copies at two of them at the same moment; and what the store was asked for is counted."""

    async def run() -> None:
        async with at_ga4() as (client, sink):
            store = {"STORE": f"sqlite:{tmp_path}/shared.sqlite"}
            tallies = [tmp_path / "one-tally", tmp_path / "other-tally"]
            one, other = (counted({**store, "BENCHMARK_TALLY": str(path)}) for path in tallies)
            async with (
                running(one, sink.url, tmp_path / "one") as here,
                running(other, sink.url, tmp_path / "other") as there,
            ):
                for server in (here, there):
                    await listening(client, server)
                found = await play(
                    client,
                    [here, there],
                    sink,
                    Deliveries(),
                    seconds=0.5,
                    in_flight=4,
                    copies=2,
                    counted=lambda: _sum(tallies),
                )
        assert found.doubled == 0
        assert found.orders > 0
        assert found.deliveries == 2 * found.orders
        assert found.counted[ROUND_TRIPS] > found.deliveries
        assert found.counted[READ] > found.counted[WRITTEN] > found.orders

    asyncio.run(run())


def _sum(tallies: list[Path]) -> dict[str, float]:
    numbers = [Tally(path).numbers() for path in tallies]
    return {what: sum(each[what] for each in numbers) for what in numbers[0]}


def test_a_tally_is_read_by_another_process_while_it_is_counted(tmp_path: Path) -> None:
    """Fractions too: what was waited is in seconds."""
    writer, reader = Tally(tmp_path / "tally"), Tally(tmp_path / "tally")
    writer.add(CONFLICTS, 1)
    writer.add(CONFLICTS, 2)
    writer.add(WAITED, 0.25)

    assert reader.numbers() == {
        ROUND_TRIPS: 0,
        READ: 0,
        WRITTEN: 0,
        CONFLICTS: 3,
        WAITED: 0.25,
    }


def test_the_data_manager_api_is_counted_too(tmp_path: Path) -> None:
    """Payments that come at once are all there, in fewer requests."""

    async def run() -> tuple[int, int, int]:
        async with (
            at_ga4() as (client, sink),
            running(BY_DATA_MANAGER, sink.url, tmp_path) as process,
        ):
            await listening(client, process)
            made = Deliveries().make(20)
            answers = await asyncio.gather(*(deliver(client, process.url, one) for one in made))
            assert set(answers) == {200}
            return await sink.orders(), await sink.events(), await sink.requests()

    orders, events, requests = asyncio.run(run())
    assert (orders, events) == (20, 20)
    assert 1 <= requests < 10
