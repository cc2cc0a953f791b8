"""Commands whose output nobody reads any more, as behind `head`: they end without a word."""

import asyncio
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest

from shared.stores.entry import LedgerEvent, State
from shared.stores.sqlite.database import sqlite_stores
from tests.support.builders import MEASUREMENT_ID, NOW
from tests.support.forks import run_connectors
from tests.support.loop import in_a_loop
from tests.support.stripe_server import KEY, StripeServer
from tests.tools.reconcile.running import START, entry_of
from tests.tools.validate.running import BAD, lines

CLOSED = 128 + signal.SIGPIPE
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ENTRIES = 400


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of more entries than a pipe's buffer takes."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"

    @in_a_loop
    async def fill() -> None:
        stores = sqlite_stores(str(path))
        for number in range(ENTRIES):
            event = LedgerEvent(MEASUREMENT_ID, "unreadable", f"stripe:evt_{number}")
            await stores.ledger.record(event, State.REJECTED, now=NOW, reason="x" * 200)
        await stores.ledger.close()

    fill()
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "--version",
        "ledger --help",
        "reconcile stripe --help",
        "doctor local {examples}/settings.env",
        "doctor checklist --json",
        "publish {examples}/renewals.jsonl --type billing-event --dry-run",
        "validate {examples}/payloads.jsonl",
        "ledger list --store sqlite:{ledger}",
        "ledger show stripe:evt_1 --store sqlite:{ledger} --json",
        "explain evt_nobody --store sqlite:{ledger}",
        "ledger stats --store sqlite:{ledger}",
    ],
)
def test_a_command_that_nobody_reads_ends_quietly(
    environ: dict[str, str], ledger: Path, arguments: str
) -> None:
    """With the status that a shell knows for it, so that a script can tell it from a failure."""
    asked = arguments.format(examples=EXAMPLES, ledger=ledger).split()

    done = run_connectors(*asked, environ=environ, closed=True)

    assert (done.status, done.error) == (CLOSED, "")


@in_a_loop
async def test_so_does_one_that_asked_a_provider(environ: dict[str, str], tmp_path: Path) -> None:
    """What it found is on nobody's screen; it may be asked again."""
    async with StripeServer(lists={"/v1/events": []}) as server:
        settings = {
            "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
            "GA4_API_SECRET": f"file:{tmp_path}/ga4",
            "PAYMENT_PROVIDERS": entry_of(tmp_path, "stripe", KEY),
            "STORE": f"sqlite:{tmp_path}/ledger.sqlite",
            "STRIPE_API": server.url,
        }
        asked = ("reconcile", "stripe", "--from", START)
        run = partial(run_connectors, *asked, environ={**environ, **settings}, closed=True)
        done = await asyncio.to_thread(run)

    assert (done.status, done.error) == (CLOSED, "")


@pytest.mark.parametrize("arguments", ["validate --json {file}", "ledger list --store {store}"])
def test_a_reader_that_leaves_after_the_first_line_gets_that_line(
    command: list[str], environ: dict[str, str], tmp_path: Path, ledger: Path, arguments: str
) -> None:
    """As `head -1`."""
    file = tmp_path / "many.jsonl"
    file.write_bytes(lines(BAD) * 2_000)
    asked = arguments.format(file=file, store=f"sqlite:{ledger}").split()
    with subprocess.Popen(  # noqa: S603 - the command under test
        [*command, *asked], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().endswith(b"\n")
        process.stdout.close()

        assert (process.wait(30), process.stderr.read()) == (CLOSED, b"")
