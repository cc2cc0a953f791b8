"""The function `reconciliation`: a real process, Stripe's API on loopback, the figures it logs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.support.loop import in_a_loop
from tests.support.stripe_json import Json, checkout_session, event
from tests.support.stripe_server import KEY, StripeServer
from tools.functions import FUNCTIONS
from tools.stack import local_stack

RECONCILIATION: Final = tuple(f for f in FUNCTIONS if f.name == "reconciliation")


def paid(number: int, age: timedelta) -> Json:
    """Return the event of a paid Checkout session of its own."""
    session = checkout_session(id=f"cs_{number}", payment_intent=f"pi_{number}")
    created = int((datetime.now(UTC) - age).timestamp())
    return event(session, id=f"evt_{number}", created=created)


async def asked(folder: Path, *events: Json, **settings: str) -> tuple[int, Any, list[Any], Any]:
    """Return status, answer, log lines, and what GA4 received."""
    (folder / "key").write_text(KEY)
    entry = {"stripe": {"api_key": f"file:{folder}/key"}}
    log = folder / "log"
    async with StripeServer(lists={"/v1/events": events}) as server:
        environment = {
            "PAYMENT_PROVIDERS": json.dumps(entry),
            "STRIPE_API": server.url,
            "REQUEST_DEADLINE_SECONDS": "60",
            **settings,
        }
        with log.open("wb") as output:
            async with (
                local_stack(environment, functions=RECONCILIATION, log=output) as stack,
                aiohttp.ClientSession() as client,
            ):
                async with client.post(stack.functions["reconciliation"]) as response:
                    status, answer = response.status, await response.json()
                async with client.get(f"{stack.collector}/events") as response:
                    ga4 = await response.json()
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return status, answer, lines, ga4


@in_a_loop
async def test_the_schedule_is_told_how_the_last_days_stand(tmp_path: Path) -> None:
    """A payment of an hour ago is missing; one of this minute may still be on its way."""
    young, old = paid(2, timedelta(minutes=1)), paid(1, timedelta(hours=1))
    status, answer, lines, ga4 = await asked(tmp_path, young, old)

    (line,) = (line for line in lines if line["event"] == "reconciliation")
    assert status == 200
    assert answer["outcome"] == "reconciled"
    assert "1 missing" in answer["reason"]
    assert (line["severity"], line["events"], line["counts"]["missing"]) == ("ERROR", 1, 1)
    assert ga4 == []


@in_a_loop
async def test_a_repair_on_a_schedule_sends_what_is_missing(tmp_path: Path) -> None:
    """Once, and then the books balance."""
    old = paid(1, timedelta(hours=1))
    status, answer, lines, ga4 = await asked(tmp_path, old, RECONCILE_REPAIR="true")

    (line,) = (line for line in lines if line["event"] == "reconciliation")
    assert (status, answer["reason"]) == (200, "balanced")
    assert line["counts"]["repaired"] == 1
    assert [sent["body"]["events"][0]["params"]["transaction_id"] for sent in ga4] == ["pi_1"]


@in_a_loop
async def test_without_a_key_the_answer_names_it(tmp_path: Path) -> None:
    """And not a schedule that balances because nothing was compared."""
    status, answer, *_ = await asked(tmp_path, PAYMENT_PROVIDERS='{"stripe": {}}')

    assert status == 500
    assert "stripe.api_key" in answer["reason"]
