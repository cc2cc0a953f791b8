"""`python -m benchmarks.sinks`: the Measurement Protocol and the Data Manager API in one run.

One process of `payment_webhook` for each, in turns, against a GA4 that only counts. First as many
payments as it takes, with more and more of them in flight. Then 100 payments a second, whatever the
answers take: how many requests a minute is that, of the 300 that Google's quota has for a project?
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import aiohttp

from benchmarks.cores import on_client_core
from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4, ga4
from benchmarks.load import BenchmarkError, Round, deliver, listening, play
from benchmarks.processes import Others, usage
from benchmarks.servers import BY_DATA_MANAGER, OURS, Running, running
from tools.changed import replace

IN_FLIGHT: Final = (1, 40)  # 40 as a deployed instance has
PER_SECOND: Final = 100
QUOTA: Final = 300
"""Requests a minute that the Data Manager API takes of a project."""

_SERVERS: Final = (replace(OURS, name="measurement_protocol"), BY_DATA_MANAGER)
_COLUMNS: Final = (
    ("per_second", "events/s", ".0f"),
    ("requests_per_minute", "requests/min", ",.0f"),
    ("events_per_request", "events/request", ".1f"),
    ("p50_ms", "p50 ms", ".0f"),
    ("p99_ms", "p99 ms", ".0f"),
    ("cpu_ms", "CPU ms/event", ".2f"),
)


@dataclass(frozen=True)
class Found:
    """What one round showed of a sink.

    Attributes:
        load: How it was loaded: so many in flight, or so many a second.
        round: The senders' view.
        requests: How many requests GA4 got.
    """

    load: str
    round: Round
    requests: int

    @property
    def requests_per_minute(self) -> float:
        """As many as Google would count in a minute of this."""
        return self.requests / len(self.round.latencies) * self.round.per_second * 60


async def paced(
    client: aiohttp.ClientSession,
    server: Running,
    sink: GA4,
    deliveries: Deliveries,
    seconds: float,
) -> Round:
    """Send so many payments a second, whatever their answers take.

    Raises:
        BenchmarkError: A delivery was not answered 200, or GA4 did not get every one.
    """
    await sink.forget()
    made = deliveries.make(int(seconds * PER_SECOND))
    before, began = usage(server.pid), time.perf_counter()

    async def one(number: int) -> tuple[int, float]:
        await asyncio.sleep(began + number / PER_SECOND - time.perf_counter())
        start = time.perf_counter()
        status = await deliver(client, server.url, made[number])
        return status, time.perf_counter() - start

    answers = await asyncio.gather(*map(one, range(len(made))))
    took, after = time.perf_counter() - began, usage(server.pid)
    orders = await sink.orders()
    if {status for status, _ in answers} != {200} or orders != len(made):
        raise BenchmarkError(f"{server.name}: {len(made)} sent, {orders} at GA4")
    return Round(
        per_second=len(made) / took,
        latencies=sorted(seconds for _, seconds in answers),
        cpu_ms=(after.cpu_seconds - before.cpu_seconds) / len(made) * 1e3,
        client_load=0.0,
    )


async def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """Measure both sinks in turns."""
    deliveries, others = Deliveries(), Others()
    found: dict[tuple[str, str], list[Found]] = {}
    connector = aiohttp.TCPConnector(limit=0)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        async with aiohttp.ClientSession(connector=connector) as client, ga4(client) as sink:
            for number in range(rounds):
                for server in _SERVERS:
                    folder = Path(name, f"{server.name}-{number}")
                    async with running(server, sink.url, folder) as process:
                        await listening(client, process)
                        await play(client, process, sink, deliveries, in_flight=32, seconds=0.5)
                        for each in await _loads(client, process, sink, deliveries, seconds):
                            found.setdefault((server.name, each.load), []).append(each)
    rows = [_row(sink_name, load, each) for (sink_name, load), each in found.items()]
    return {"sinks": rows, "quota": QUOTA, "others_busy": others.busy()}


async def _loads(
    client: aiohttp.ClientSession,
    process: Running,
    sink: GA4,
    deliveries: Deliveries,
    seconds: float,
) -> list[Found]:
    found = []
    for in_flight in IN_FLIGHT:
        each = await play(client, process, sink, deliveries, in_flight=in_flight, seconds=seconds)
        found.append(Found(f"{in_flight} in flight", each, await sink.requests()))
    steady = await paced(client, process, sink, deliveries, seconds)
    return [*found, Found(f"{PER_SECOND} a second", steady, await sink.requests())]


def _row(sink: str, load: str, found: Sequence[Found]) -> dict[str, Any]:
    return {
        "sink": sink,
        "load": load,
        "per_second": median(each.round.per_second for each in found),
        "requests_per_minute": median(each.requests_per_minute for each in found),
        "events_per_request": median(len(each.round.latencies) / each.requests for each in found),
        "p50_ms": median(each.round.percentile(0.5) for each in found),
        "p99_ms": median(each.round.percentile(0.99) for each in found),
        "cpu_ms": median(each.round.cpu_ms for each in found),
    }


def as_table(found: Mapping[str, Any]) -> str:
    """What was found, for people."""
    heads = " ".join(f"{head:>14}" for _, head, _ in _COLUMNS)
    lines = [f"{'sink':<21} {'load':<14} {heads}"]
    for row in sorted(found["sinks"], key=lambda row: (row["load"], row["sink"])):
        cells = " ".join(f"{row[key]:>14{form}}" for key, _, form in _COLUMNS)
        lines.append(f"{row['sink']:<21} {row['load']:<14} {cells}")
    lines += ["", f"The Data Manager API takes {QUOTA} requests a minute of a project."]
    lines += [f"Meanwhile other processes kept {found['others_busy']:.0%} of the cores busy."]
    return "\n".join(lines)


def main() -> int:
    """Run the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sinks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each sink")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each load")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    try:
        with on_client_core():
            found = asyncio.run(measure(options.rounds, options.seconds))
    except BenchmarkError as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return 1
    print(json.dumps(found) if options.json else as_table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
