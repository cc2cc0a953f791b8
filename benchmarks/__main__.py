"""`python -m benchmarks`: ours against the webhook as it is taught, and against two floors."""

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import validation
from benchmarks.cold_start import Start, cold_start
from benchmarks.cores import on_client_core
from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4, ga4
from benchmarks.goals import goals
from benchmarks.load import BenchmarkError, Round, listening, play
from benchmarks.processes import Others, usage
from benchmarks.report import as_table, summary
from benchmarks.servers import (
    EMPTY,
    FLOOR,
    FLOOR_WITH_LEDGER,
    OURS,
    PUSHED,
    SECRETS,
    STACK,
    TAUGHT,
    Running,
    Server,
    running,
    with_secret_manager,
)
from tools.stand_ins.secret_manager import SecretManagerStandIn

THROUGHPUT = (TAUGHT, OURS, STACK, FLOOR_WITH_LEDGER, FLOOR)
IN_FLIGHT = (1, 32)


@dataclass(frozen=True)
class Plan:
    """How long to measure.

    Attributes:
        rounds: Of every server and concurrency.
        seconds: Of each round.
        starts: Cold starts of each kind.
    """

    rounds: int
    seconds: float
    starts: int


async def throughput(
    client: aiohttp.ClientSession, sink: GA4, deliveries: Deliveries, plan: Plan, folder: Path
) -> tuple[dict[tuple[str, int], list[Round]], dict[str, float]]:
    """Play every server in turn, again and again; the rounds, and each server's peak memory."""
    rounds: dict[tuple[str, int], list[Round]] = {
        (server.name, in_flight): [] for in_flight in IN_FLIGHT for server in THROUGHPUT
    }
    async with AsyncExitStack() as exits:
        processes: dict[str, Running] = {}
        for server in THROUGHPUT:
            process = await exits.enter_async_context(
                running(server, sink.url, folder / server.name)
            )
            await listening(client, process)
            await play(client, process, sink, deliveries, in_flight=32, seconds=0.5)
            processes[server.name] = process
        for number in range(plan.rounds):
            _progress(f"round {number + 1} of {plan.rounds}")
            for (name, in_flight), found in rounds.items():
                found.append(
                    await play(
                        client,
                        processes[name],
                        sink,
                        deliveries,
                        in_flight=in_flight,
                        seconds=plan.seconds,
                    )
                )
        peaks = {name: usage(process.pid).peak_mib for name, process in processes.items()}
    return rounds, peaks


async def cold_starts(
    client: aiohttp.ClientSession, sink: GA4, deliveries: Deliveries, plan: Plan, folder: Path
) -> dict[str, list[Start]]:
    """Start every kind of server in turn, again and again; what each took."""
    with SecretManagerStandIn(**SECRETS) as stand_in:
        kinds: list[Server] = [EMPTY, OURS, with_secret_manager(stand_in.address), *PUSHED]
        found: dict[str, list[Start]] = {server.name: [] for server in kinds}
        # One more than counted: the first run of each writes its bytecode.
        for number in range(plan.starts + 1):
            _progress(f"cold start {number} of {plan.starts}")
            for server in kinds:
                place = folder / f"cold-{number}-{kinds.index(server)}"
                found[server.name].append(await cold_start(client, server, sink, deliveries, place))
    return {name: times[1:] for name, times in found.items()}


async def measure(plan: Plan) -> dict[str, Any]:
    """Measure everything."""
    deliveries, others = Deliveries(), Others()
    connector = aiohttp.TCPConnector(limit=0)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        async with aiohttp.ClientSession(connector=connector) as client, ga4(client) as sink:
            rounds, peaks = await throughput(client, sink, deliveries, plan, Path(name))
            starts = await cold_starts(client, sink, deliveries, plan, Path(name))
    found = {**summary(rounds, peaks, starts, others.busy()), "validation": validation.run()}
    return {**found, "goals": goals(found)}


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:<30}")
        sys.stderr.flush()


def main() -> int:
    """Run the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of every server")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round")
    parser.add_argument("--starts", type=int, default=7, help="cold starts of every kind")
    parser.add_argument("--quick", action="store_true", help="half a minute: less to be trusted")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    plan = Plan(options.rounds, options.seconds, options.starts)
    if options.quick:
        plan = Plan(rounds=2, seconds=1.0, starts=3)
    try:
        with on_client_core():
            found = asyncio.run(measure(plan))
    except BenchmarkError as error:
        sys.stderr.write(f"\nbenchmark: {error}\n")
        return 1
    _progress("")
    print(json.dumps(found) if options.json else as_table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
