"""Running the demo from start to exit status."""

import json
import os
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from shared.settings.shapes import setting_names
from shared.stores.sqlite.database import sqlite_stores
from tools.child_processes import child_processes
from tools.chosen_sink import SinkName, with_sink
from tools.demo.audit import audit
from tools.demo.live import live
from tools.demo.message_plan import ENRICHMENT, OFFLINE, RENEWALS, catalogue, plan_messages
from tools.demo.messages import MessageAudit, play_messages
from tools.demo.plan import PROVIDERS, Plan
from tools.demo.play import play
from tools.demo.pushes import DirectPushes, Post, start_emulator
from tools.demo.report import Report
from tools.demo.sender import Webhook
from tools.demo.story import Day
from tools.errors import FailedError
from tools.foreground import run_in_foreground
from tools.functions import FUNCTIONS, Function
from tools.local_settings import signing_references
from tools.stack import LocalStack, local_stack
from tools.terminal import Terminal

_WEBHOOK: Final = "payment_webhook"
_PUSHED: Final = frozenset({RENEWALS, ENRICHMENT, OFFLINE})
_SHOWN_LOG_BYTES: Final = 4_000
_IDS: Final = {"live": "G-LIVE00001", "test": "G-TEST00001"}
# The shop's test mode has a stream of its own: nothing of it may come near the live one.
_STREAMS: Final = {
    "STREAMS": json.dumps({name: {"measurement_id": an_id} for name, an_id in _IDS.items()}),
    "ROUTES": '[{"when": {"live": false}, "to": "test"}, {"to": "live"}]',
    "ACCEPT_TEST_EVENTS": "false",
}


def run(  # noqa: PLR0913 - everything the demo depends on, in one place
    *,
    deliveries: int,
    seed: int,
    as_json: bool,
    sink: SinkName = "measurement_protocol",
    functions: Sequence[Function] = FUNCTIONS,
    providers: Collection[str] = PROVIDERS,
) -> int:
    """Run the demo.

    Args:
        deliveries: How many webhooks the day has.
        seed: Which day it is.
        as_json: Print one JSON object instead of the table.
        sink: Which API everything is sent by.
        functions: What to serve.
        providers: What the shop is paid with; Stripe always.

    Returns:
        The exit status: 0 when the books balance.
    """
    console = Terminal(stderr=as_json)
    day = Plan(seed, now=int(time.time()), providers=providers).fill(deliveries)
    with TemporaryFile() as log:
        try:
            return run_in_foreground(
                _run(day, seed, sink, functions, log, console, as_json=as_json)
            )
        except FailedError:
            _show_end(log)
            raise


async def _run(  # noqa: PLR0913, PLR0917 - everything the demo depends on, in one place
    day: Day,
    seed: int,
    sink: SinkName,
    functions: Sequence[Function],
    log: IO[bytes],
    console: Terminal,
    *,
    as_json: bool,
) -> int:
    started = time.monotonic()
    # A demo is the same everywhere: it must not write into the store of somebody's settings.
    settings = setting_names()
    environ = {name: value for name, value in os.environ.items() if name not in settings}
    async with AsyncExitStack() as exits:
        children = await exits.enter_async_context(child_processes())
        costs = children.folder / "costs.csv"
        costs.write_text(catalogue(), encoding="utf-8")
        # Its providers bring an event again within seconds, where real ones take minutes.
        environ["OWNER_WAIT_SECONDS"] = "2"
        environ |= with_sink(_STREAMS, sink)
        environ["CATALOGUE"] = f"csv:{costs}"
        watcher = exits.enter_context(live(console, day.deliveries))
        stack = await exits.enter_async_context(
            local_stack(environ, functions=functions, within=children, log=log)
        )
        webhooks = _webhooks(stack, day.providers)
        playing = play(day, webhooks=webhooks, collector=stack.collector, watcher=watcher)
        tally, collected = await stack.guard(playing)
        attribution = await _attribution_in(stack)
        messages = None
        if stack.functions.keys() >= _PUSHED:
            watcher.phase("renewals, margins and offline events")
            pubsub = await start_emulator(children)
            messages = await _messages(seed, stack, pubsub or DirectPushes())
    report = Report(
        seed=seed,
        deliveries=day.deliveries,
        seconds=time.monotonic() - started,
        tally=tally,
        audit=audit(day.books, collected),
        streams={
            name: audit(books, collected, only=_IDS[name]) for name, books in day.streams.items()
        },
        providers={
            name: audit(books, collected, about=books.transaction_ids)
            for name, books in day.providers.items()
        },
        attribution=attribution,
        messages=messages,
    )
    if as_json:
        sys.stdout.write(json.dumps(report.as_json()) + "\n")
    else:
        report.show(console)
    return 0 if report.balances else 1


def _webhooks(stack: LocalStack, providers: Iterable[str]) -> dict[str, Webhook]:
    """Return where each provider delivers to, and what it signs with."""
    signers = signing_references(stack.environ)
    return {
        name: Webhook(
            f"{stack.functions[_WEBHOOK]}/{name}",
            Path(signers[name].removeprefix("file:")).read_text(encoding="utf-8"),
        )
        for name in providers
    }


async def _messages(seed: int, stack: LocalStack, post: Post) -> MessageAudit:
    plan = plan_messages(seed, datetime.now(UTC))
    return await stack.guard(play_messages(plan, post, stack))


def _show_end(log: IO[bytes]) -> None:
    """Show the end of what the functions said, which is why they did not start."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _SHOWN_LOG_BYTES))
    sys.stderr.write(log.read().decode(errors="replace"))


async def _attribution_in(stack: LocalStack) -> dict[str, int]:
    """Return how many of a stack's events are of each state of attribution.

    Args:
        stack: A stack whose store is its own file.
    """
    ledger = sqlite_stores(stack.environ["STORE"].removeprefix("sqlite:")).ledger
    now = datetime.now(UTC)
    try:
        stats = await ledger.stats(now - timedelta(days=1), now + timedelta(minutes=1))
    finally:
        await ledger.close()
    return stats.by("attribution")
