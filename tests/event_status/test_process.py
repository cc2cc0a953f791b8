"""`event_status` as a process, over the wire: the local stack plays Google's API."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from shared.stores.entry import Entry
from shared.stores.query import Query
from shared.stores.sqlite.database import sqlite_stores
from tests.support.child_forks import forked_local_stack
from tests.support.loop import in_a_loop
from tests.support.stripe_json import Json, checkout_session, event
from tools.functions import FUNCTIONS
from tools.stack import LocalStack
from tools.traffic.request import stripe_signature

SERVED: Final = tuple(f for f in FUNCTIONS if f.name in ("payment_webhook", "event_status"))
SIGNING: Final = "whsec_local"
TOO_OLD: Final = "PROCESSING_ERROR_REASON_EVENT_TOO_OLD"
_WAIT: Final = aiohttp.ClientTimeout(total=60)


@dataclass
class Deployment:
    """Two functions, and what plays Google.

    Attributes:
        stack: The processes.
        store: The ledger's file.
        client: Speaks to them.
        log: What the functions log.
    """

    stack: LocalStack
    store: Path
    client: aiohttp.ClientSession
    log: Path

    async def pay(self, number: int) -> tuple[int, Json]:
        """Deliver a payment of Stripe's."""
        session = checkout_session(
            id=f"cs_{number}",
            payment_intent=f"pi_{number}",
            metadata={"ga_transaction_id": f"ORD-{number}", "ga_client_id": "1.2"},
        )
        body = json.dumps(event(session, id=f"evt_{number}")).encode()
        headers = {
            "stripe-signature": stripe_signature(body, [SIGNING], timestamp=int(time.time()))
        }
        url = f"{self.stack.functions['payment_webhook']}/stripe"
        async with self.client.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def ask(self) -> tuple[int, Json]:
        """Do what Cloud Scheduler does."""
        async with self.client.post(self.stack.functions["event_status"]) as answer:
            return answer.status, await answer.json()

    async def google(self, path: str, body: Mapping[str, Any]) -> None:
        """Tell what plays Google how to behave."""
        async with self.client.post(f"{self.stack.collector}{path}", json=body) as answer:
            assert answer.status == 204, await answer.text()

    async def entries(self) -> dict[str, Entry]:
        """Return the ledger by transaction id."""
        stores = sqlite_stores(str(self.store))
        found = [entry async for entry in stores.ledger.entries(Query())]
        await stores.close()
        return {entry.fact.transaction_id or "": entry for entry in found}

    def lines(self, name: str) -> list[Json]:
        """Return the log lines of a kind."""
        ours = (line for line in self.log.read_text().splitlines() if line.startswith('{"sev'))
        return [line for line in map(json.loads, ours) if line["event"] == name]


@asynccontextmanager
async def deployed(folder: Path, **settings: str) -> AsyncIterator[Deployment]:
    """Run the stack for as long as the block runs."""
    store, log = folder / "store.sqlite", folder / "log"
    environment = {
        "GA4_MEASUREMENT_ID": "G-AB12CD34EF",
        "GA4_PROPERTY_ID": "123456789",
        "SINK": "data_manager",
        "STORE": f"sqlite:{store}",
        "EVENT_STATUS_AFTER_SECONDS": "0",
        **settings,
    }
    with log.open("wb") as output:
        async with (
            forked_local_stack(environment, functions=SERVED, log=output) as stack,
            aiohttp.ClientSession(timeout=_WAIT) as client,
        ):
            yield Deployment(stack, store, client, log)


@in_a_loop
async def test_what_google_took_is_settled_by_what_it_says(tmp_path: Path) -> None:
    """Delivered, and rejected with the reason; a copy in between is a duplicate."""
    async with deployed(tmp_path) as shop:
        await shop.google("/data-manager/outcomes", {"transaction_id": "ORD-2", "error": TOO_OLD})
        assert [(await shop.pay(number))[1]["outcome"] for number in (1, 2)] == ["delivered"] * 2
        between = await shop.entries()
        assert (await shop.pay(1))[1]["outcome"] == "duplicate"

        status, answer = await shop.ask()
        again = await shop.ask()
        after = await shop.entries()

    assert {key: str(entry.state) for key, entry in between.items()} == {
        "ORD-1": "accepted",
        "ORD-2": "accepted",
    }
    assert (status, answer["outcome"]) == (200, "settled")
    assert (answer["counts"]["delivered"], answer["counts"]["rejected"]) == (1, 1)
    assert again[1]["reason"] == "nothing is due"
    assert {key: (str(entry.state), entry.reason) for key, entry in after.items()} == {
        "ORD-1": ("delivered", None),
        "ORD-2": ("rejected", TOO_OLD),
    }
    (rejected,) = shop.lines("status_rejected")
    assert (rejected["transaction_id"], rejected["reason"]) == ("ORD-2", TOO_OLD)


@in_a_loop
async def test_google_that_has_not_decided_is_asked_again(tmp_path: Path) -> None:
    """Also one that refuses to say, is busy, or does not know the request any more."""
    path = "/v1/requestStatus:retrieve"
    async with deployed(tmp_path) as shop:
        await shop.pay(1)
        await shop.google("/data-manager/outcomes", {"status": "PROCESSING"})
        assert (await shop.ask())[1]["counts"]["processing"] == 1

        await shop.google("/faults", {"status": 403, "path": path, "times": 1})
        await shop.pay(2)
        status, refused = await shop.ask()
        assert (status, refused["outcome"]) == (503, "unavailable")
        assert "403 PERMISSION_DENIED" in refused["reason"]

        await shop.google("/faults", {"status": 429, "path": path, "times": 1})
        status, busy = await shop.ask()
        assert (status, busy["counts"]["left"] >= 1) == (200, True)

        async with shop.client.delete(f"{shop.stack.collector}/data-manager/outcomes"):
            pass
        await shop.google("/data-manager/outcomes", {"transaction_id": "ORD-2", "too_old": True})
        await shop.ask()
        entries = await shop.entries()

    assert str(entries["ORD-2"].state) == "accepted"
    request = entries["ORD-2"].request
    assert request is not None
    assert request.notes == ("Google does not know the request: REQUEST_TOO_OLD",)
    (request_line,) = [
        line
        for line in shop.lines("request")
        if line["function"] == "event_status" and line["status"] == 503
    ]
    assert "403 PERMISSION_DENIED" in request_line["reason"]
