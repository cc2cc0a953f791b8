"""`connectors reconcile` in a process of its own, against a provider's API on loopback."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp

from shared.stores.entry import LedgerEvent, State
from shared.stores.lease import Lease
from shared.stores.sqlite.database import sqlite_stores
from tests.support.builders import MEASUREMENT_ID
from tests.support.forks import connectors
from tests.support.posting import SECRETS
from tools.collector import Collector

NOW: Final = datetime.now(UTC)
START: Final = (NOW - timedelta(days=3)).date().isoformat()


@dataclass
class Ran:
    """How the command ended.

    Attributes:
        status: Its exit status.
        printed: What it printed as JSON; None where that is none.
        errors: What it said on standard error.
        ga4: What GA4 received.
    """

    status: int
    printed: Any
    errors: str
    ga4: list[Any]

    @property
    def words(self) -> dict[str, int]:
        """How many entries stand how, without the noughts."""
        return {word: count for word, count in self.printed["counts"].items() if count}

    @property
    def sent(self) -> list[tuple[str, str, Any]]:
        """What GA4 received: name, transaction id and value."""
        events = [event for body in self.ga4 for event in body["events"]]
        return [(e["name"], e["params"]["transaction_id"], e["params"]["value"]) for e in events]


def entry_of(folder: Path, provider: str, key: str, **options: object) -> str:
    """Write a provider's secrets; return `PAYMENT_PROVIDERS` with it alone."""
    (folder / provider).write_text(SECRETS.get(provider, f"{provider}_test"))
    (folder / "key").write_text(key)
    entry = {"secret": f"file:{folder}/{provider}", "api_key": f"file:{folder}/key", **options}
    return json.dumps({provider: entry})


async def reconcile(
    folder: Path, provider: str, settings: Mapping[str, str], *options: str, since: str = START
) -> Ran:
    """Run the command.

    Args:
        folder: Where the ledger is.
        provider: Whose record is compared.
        settings: `PAYMENT_PROVIDERS`, where the API is, and what else is different.
        options: Of the command.
        since: `--from`.
    """
    (folder / "ga4").write_text("s3cret")
    async with Collector(0) as collector:
        environment = {
            "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
            "GA4_API_SECRET": f"file:{folder}/ga4",
            "GA4_ENDPOINT": collector.url,
            "STORE": f"sqlite:{folder}/ledger.sqlite",
            **settings,
        }
        command = ("reconcile", provider, "--from", since, *options)
        done = await connectors(*command, environ=environment)
        async with aiohttp.ClientSession() as client, client.get(f"{collector.url}/events") as got:
            ga4 = [collected["body"] for collected in await got.json()]
    printed = done.report if done.out.startswith("{") else None
    return Ran(done.status, printed, done.error + done.out, ga4)


async def delivered(folder: Path, business_key: str, **fields: Any) -> None:  # noqa: ANN401
    """Write into the ledger that an event was sent, `at` some time."""
    at = fields.pop("at", NOW)
    ledger = sqlite_stores(str(folder / "ledger.sqlite")).ledger
    name = fields.pop("event_name", "purchase")
    fact = LedgerEvent(MEASUREMENT_ID, name, business_key, **fields)
    lease = await ledger.claim(fact, now=at, resend=True)
    assert isinstance(lease, Lease)
    await ledger.settle(lease, State.DELIVERED, now=at)
    await ledger.close()
