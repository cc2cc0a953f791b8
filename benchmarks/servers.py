"""The servers that are measured, each in a process of its own."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.cores import on_server_core
from benchmarks.deliveries import CAPTURE_SECRET, COSTS, SECRET
from tools.ports import HOST, choose_ports

ROOT: Final = Path(__file__).resolve().parents[1]
_HERE: Final = Path(__file__).resolve().parent
_GRACE_SECONDS: Final = 5.0
_API_SECRET: Final = "benchmark-api-secret"
_MEASUREMENT_ID: Final = "G-BENCH00001"
# Known when a server is started.
_GA4: Final = "<ga4>"
_FOLDER: Final = "<folder>"
_PORT: Final = "<port>"


@dataclass(frozen=True)
class Server:
    """One way to serve the webhook.

    Attributes:
        name: In the table.
        arguments: How Python is started; the port is filled in.
        settings: Its environment; GA4's address and the server's folder are filled in.
        tells: Whether every delivery is sent to GA4.
    """

    name: str
    arguments: tuple[str, ...]
    settings: Mapping[str, str]
    tells: bool = True


def _framework(source: Path, function: str = "payment_webhook") -> tuple[str, ...]:
    where = ("--host", HOST, "--port", _PORT)
    target = ("--target", function, "--source", str(source))
    return ("-m", "functions_framework", *target, *where)


def _raw(module: str) -> tuple[str, ...]:
    where = ("--host", HOST, "--port", _PORT)
    return ("-m", "uvicorn", f"{module}:application", "--log-level", "error", *where)


_PLAIN: Final = {
    "GA4_ENDPOINT": _GA4,
    "GA4_MEASUREMENT_ID": _MEASUREMENT_ID,
    "GA4_API_SECRET": _API_SECRET,
    "STRIPE_WEBHOOK_SECRET": SECRET,
}

TAUGHT: Final = Server("taught", _framework(_HERE / "taught" / "main.py"), _PLAIN)

_OURS: Final = {
    "GA4_ENDPOINT": _GA4,
    "GA4_MEASUREMENT_ID": _MEASUREMENT_ID,
    "ACCEPT_TEST_EVENTS": "true",
    "GA4_API_SECRET": f"file:{_FOLDER}/api_secret",
    "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": f"file:{_FOLDER}/stripe_secret"}}),
    "STORE": f"sqlite:{_FOLDER}/ledger.sqlite",
}

OURS: Final = Server("ours", _framework(ROOT / "functions" / "payment_webhook" / "main.py"), _OURS)

BY_DATA_MANAGER: Final = Server(
    "data_manager",
    OURS.arguments,
    {
        **_OURS,
        "SINK": "data_manager",
        "GA4_PROPERTY_ID": "123456789",
        "DATA_MANAGER_ENDPOINT": _GA4,
    },
)
"""Ours, which sends by the Data Manager API."""

FLOOR: Final = Server("floor", _raw("benchmarks.floor.main"), _PLAIN)

FLOOR_WITH_LEDGER: Final = Server(
    "floor with ledger",
    _raw("benchmarks.floor_with_ledger.main"),
    {**_PLAIN, "LEDGER": f"{_FOLDER}/ledger.sqlite"},
)

EMPTY: Final = Server("empty", _framework(_HERE / "empty" / "main.py"), {}, tells=False)

PUSHED: Final = tuple(
    Server(
        name,
        _framework(ROOT / "functions" / name / "main.py", name),
        {key: text for key, text in _OURS.items() if key != "PAYMENT_PROVIDERS"} | more,
        tells=tells,
    )
    for name, more, tells in (
        ("subscription_renewal", {}, True),
        ("data_enrichment", {"CATALOGUE": f"csv:{_FOLDER}/costs.csv"}, True),
        ("offline_event", {}, True),
        ("context_capture", {"CAPTURE_SECRET": f"file:{_FOLDER}/capture_secret"}, False),
    )
)
"""The other functions, each by the name that `Deliveries.first` knows."""


def with_secret_manager(address: str) -> Server:
    """Ours, with its secrets in Secret Manager at an address."""
    return Server(
        "ours, Secret Manager",
        OURS.arguments,
        {
            **OURS.settings,
            "GA4_API_SECRET": "projects/shop/secrets/api_secret",
            "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": "projects/shop/secrets/stripe"}}),
            "SECRET_MANAGER_EMULATOR_HOST": address,
        },
    )


def counted(settings: Mapping[str, str]) -> Server:
    """Ours on another store, counting what it asks of it."""
    return Server("ours, counted", _framework(_HERE / "counted" / "main.py"), {**_OURS, **settings})


STACK: Final = Server(
    "stack",
    _framework(_HERE / "stack" / "main.py"),
    {**_PLAIN, "LEDGER": f"{_FOLDER}/ledger.sqlite"},
)
"""What ours stands on, and no rules."""

SECRETS: Final = {"api_secret": _API_SECRET, "stripe": SECRET}


@dataclass(frozen=True)
class Running:
    """A server's process.

    Attributes:
        name: The server's.
        url: Where it will listen.
        pid: Its process.
    """

    name: str
    url: str
    pid: int


@asynccontextmanager
async def running(
    server: Server, ga4: str, folder: Path, *, pinned: bool = True
) -> AsyncIterator[Running]:
    """Run a server for as long as the block runs.

    It need not listen yet when the block begins.

    Args:
        server: What to run.
        ga4: Where the counting GA4 listens.
        folder: What the server keeps goes here.
        pinned: Whether it runs on the server's core only.
    """
    (port,) = choose_ports(0, [server.name])
    environ = _environment(server, ga4, folder)
    core = on_server_core() if pinned else nullcontext()
    with (folder / "log").open("ab") as log, core:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            *(argument.replace(_PORT, str(port)) for argument in server.arguments),
            env=environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Running(server.name, f"http://{HOST}:{port}/", process.pid)
    finally:
        await _stop(process)


def _environment(server: Server, ga4: str, folder: Path) -> dict[str, str]:
    """Place what the server finds in its folder; return what it finds in its environment."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "api_secret").write_text(_API_SECRET, encoding="utf-8")
    (folder / "stripe_secret").write_text(SECRET, encoding="utf-8")
    (folder / "capture_secret").write_text(CAPTURE_SECRET, encoding="utf-8")
    (folder / "costs.csv").write_text(COSTS, encoding="utf-8")
    settings = {
        name: text.replace(_GA4, ga4).replace(_FOLDER, str(folder))
        for name, text in server.settings.items()
    }
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    paths = os.pathsep.join([str(_HERE / "undeployed"), str(ROOT)])
    own = {"PYTHONPATH": paths, "XDG_RUNTIME_DIR": str(folder)}
    return {**inherited, **own, **settings}


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
