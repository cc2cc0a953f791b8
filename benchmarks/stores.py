"""`python -m benchmarks.stores`: both stores under 1, 2 and 4 server processes.

Each row is one round on a fresh store. In *orders* every delivery is an order of its own. In
*copies* every delivery is sent twice at the same moment, to different processes where there are
several: they compete for the same entry. After each round what was not answered 200 is sent again,
as a provider does, and then GA4 must have got every order exactly once.

Firestore is Google's emulator (needs gcloud): its round trips, documents and conflicts are those of
Firestore, its speed is not. Nothing is pinned: servers, client, GA4 and emulator share the cores.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from benchmarks.competition import Round, play
from benchmarks.deliveries import Deliveries
from benchmarks.ga4 import GA4, ga4
from benchmarks.load import BenchmarkError, listening
from benchmarks.processes import Others
from benchmarks.servers import Running, counted, running
from benchmarks.tally import Tally
from tools.errors import FailedError
from tools.stand_ins.emulator import emulator
from tools.store_cost import CONFLICTS, READ, ROUND_TRIPS, WAITED, WRITTEN

PROCESSES: Final = (1, 2, 4)
TRAFFIC: Final = {"orders": 1, "copies": 2}
"""How many times each order is delivered."""
_SQLITE: Final = "sqlite"
_FIRESTORE: Final = "firestore"
_COLUMNS: Final = (
    ("store", "store", ""),
    ("processes", "processes", ""),
    ("traffic", "traffic", ""),
    ("orders_per_second", "orders/s", ".0f"),
    ("p50_ms", "p50 ms", ".0f"),
    ("p99_ms", "p99 ms", ".0f"),
    ("round_trips", "trips", ".2f"),
    ("documents_read", "read", ".2f"),
    ("documents_written", "written", ".2f"),
    ("conflicts", "conflicts", ".3f"),
    ("waited_ms", "waited ms", ".2f"),
    ("cpu_ms", "CPU ms", ".2f"),
    ("again", "again", ".0f"),
    ("doubled", "doubled", ".0f"),
)


@dataclass(frozen=True)
class Place:
    """One fresh store.

    Attributes:
        folder: The servers' files.
        settings: How a server finds the store.
    """

    folder: Path
    settings: dict[str, str]


async def measure(seconds: float, in_flight: int, stores: tuple[str, ...]) -> dict[str, Any]:
    """Measure every store under every number of processes and both kinds of traffic."""
    others, rows = Others(), []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name, ExitStack() as stack:
        root, emulated = Path(name), None
        if _FIRESTORE in stores:
            _progress("starting the emulator")
            emulated = stack.enter_context(emulator(_FIRESTORE, folder=_made(root / "emulator")))
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as client, ga4(client) as sink:
            for store in stores:
                for processes in PROCESSES:
                    for traffic, copies in TRAFFIC.items():
                        title = f"{store}-{processes}-{traffic}"
                        _progress(title)
                        place = _place(store, root / title, title, emulated)
                        async with _servers(client, sink, place, processes) as servers:
                            found = await play(
                                client,
                                servers,
                                sink,
                                Deliveries(),
                                seconds=seconds,
                                in_flight=in_flight,
                                copies=copies,
                                counted=_counted(place.folder, processes),
                            )
                        rows.append(
                            {"store": store, "processes": processes, "traffic": traffic}
                            | _row(found)
                        )
    return {
        "machine": {"cores": os.cpu_count(), "others_busy": others.busy()},
        "in_flight": in_flight,
        "stores": rows,
    }


def _row(found: Round) -> dict[str, Any]:
    """A round as JSON: what the store was asked for, for each delivery."""
    count = found.deliveries
    return {
        "orders_per_second": found.orders / found.seconds,
        "deliveries_per_second": found.deliveries / found.seconds,
        "p50_ms": found.percentile_ms(0.5),
        "p99_ms": found.percentile_ms(0.99),
        "round_trips": found.counted[ROUND_TRIPS] / count,
        "documents_read": found.counted[READ] / count,
        "documents_written": found.counted[WRITTEN] / count,
        "conflicts": found.counted[CONFLICTS] / count,
        "waited_ms": found.counted[WAITED] / count * 1e3,
        "cpu_ms": found.cpu_seconds / count * 1e3,
        "answers": {str(status): times for status, times in sorted(found.answers.items())},
        "again": found.again,
        "doubled": found.doubled,
    }


def _place(store: str, folder: Path, title: str, emulated: str | None) -> Place:
    _made(folder)
    if emulated is None or store == _SQLITE:
        return Place(folder, {"STORE": f"sqlite:{folder}/store.sqlite"})
    # A project of its own is an empty database.
    named = {"STORE": f"firestore:benchmark-{title}/(default)"}
    return Place(folder, {**named, "FIRESTORE_EMULATOR_HOST": emulated})


@asynccontextmanager
async def _servers(
    client: aiohttp.ClientSession, sink: GA4, place: Place, processes: int
) -> AsyncIterator[list[Running]]:
    """Run so many processes on one store."""
    async with AsyncExitStack() as exits:
        servers = []
        for number in range(processes):
            own = place.folder / f"server-{number}"
            ours = counted({**place.settings, "BENCHMARK_TALLY": f"{own}-tally"})
            servers.append(
                await exits.enter_async_context(running(ours, sink.url, own, pinned=False))
            )
        for server in servers:
            await listening(client, server)
        yield servers


def _counted(folder: Path, processes: int) -> Callable[[], dict[str, float]]:
    tallies = [Tally(f"{folder}/server-{number}-tally") for number in range(processes)]

    def total() -> dict[str, float]:
        numbers = [tally.numbers() for tally in tallies]
        return {what: sum(each[what] for each in numbers) for what in numbers[0]}

    return total


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def as_table(found: dict[str, Any]) -> str:
    """The rows for people."""
    lines = [" ".join(f"{head:>10}" for _, head, _ in _COLUMNS)]
    lines += [
        " ".join(f"{row[key]:>10{form}}" for key, _, form in _COLUMNS) for row in found["stores"]
    ]
    machine = found["machine"]
    lines += [
        "",
        "trips (of SQLite: transactions), documents, conflicts, waited and CPU: of each delivery;",
        "again: orders that came again because no delivery was answered 200, as a provider does;",
        f"{found['in_flight']} orders in flight, {machine['cores']} cores;",
        f"meanwhile other processes kept {machine['others_busy']:.0%} of the cores busy.",
    ]
    return "\n".join(lines)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:<40}")
        sys.stderr.flush()


def main() -> int:
    """Run the command line; the exit status."""
    first, _, more = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stores",
        description=first,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a round")
    parser.add_argument("--in-flight", type=int, default=32, help="orders on their way at once")
    parser.add_argument("--store", choices=(_SQLITE, _FIRESTORE), help="only this one")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    stores = (options.store,) if options.store else (_SQLITE, _FIRESTORE)
    try:
        found = asyncio.run(measure(options.seconds, options.in_flight, stores))
    except (BenchmarkError, FailedError) as error:
        sys.stderr.write(f"\nbenchmark: {error}\n")
        return 1
    _progress("")
    print(json.dumps(found) if options.json else as_table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
