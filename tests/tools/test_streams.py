"""Several streams on the local stack: real processes, and a collector that tells them apart."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from tests.support import loopback
from tests.support.child_forks import forked_local_stack
from tests.support.loop import in_a_loop
from tools.functions import FUNCTIONS
from tools.stack import LocalStack
from tools.traffic.request import Json, stripe_signature
from tools.traffic.stripe_objects import as_bytes, checkout_session, event, refund

WEBHOOK: Final = [function for function in FUNCTIONS if function.name == "payment_webhook"]
APP: Final = "1:1234567890:android:321abc456def7890"
INSTANCE: Final = "0123456789abcdef0123456789abcdef"
STREAMS: Final = {
    "de": {"measurement_id": "G-DE1"},
    "fr": {"measurement_id": "G-FR1"},
    "test": {"measurement_id": "G-TEST1"},
    "app": {"firebase_app_id": APP},
}
ROUTES: Final[list[Json]] = [
    {"when": {"live": False}, "to": "test"},
    {"when": {"account": "acct_fr"}, "to": "fr"},
    {"when": {"account": "acct_app"}, "to": "app"},
    {"to": "de"},
]


async def deliver(stack: LocalStack, document: Json) -> httpx.Response:
    """Deliver an event as Stripe does."""
    body, now = as_bytes(document), int(time.time())
    secret = stack.secret_file("stripe").read_text()
    signed = {"stripe-signature": stripe_signature(body, [secret], timestamp=now)}
    async with loopback.AsyncClient() as client:
        url = f"{stack.functions['payment_webhook']}/stripe"
        return await client.post(url, content=body, headers=signed)


def sale(own: str, account: str | None, *, live: bool = True, **metadata: str) -> Json:
    """Return a paid checkout; every shop numbers its orders alike."""
    session = checkout_session(
        id=f"cs_{own}",
        payment_intent=f"pi_{own}",
        metadata={"order_id": "ORDER-1", "ga_client_id": "111.222", **metadata},
    )
    now = int(time.time())
    kind = "checkout.session.completed"
    return event(session, kind, id=f"evt_{own}", livemode=live, created=now, account=account)


async def seen(stack: LocalStack) -> list[Any]:
    """Return what the collector shows."""
    async with loopback.AsyncClient() as client:
        found: list[Any] = (await client.get(f"{stack.collector}/events")).json()
        return found


def environ(folder: Path, routes: Sequence[Json] = ROUTES) -> dict[str, str]:
    """Return the settings of a stack, with a store that outlives it."""
    return {
        "STREAMS": json.dumps(STREAMS),
        "ROUTES": json.dumps(routes),
        "STORE": f"sqlite:{folder}/connectors.sqlite",
        "ACCEPT_TEST_EVENTS": "false",
        "PATH": "/usr/bin:/bin",
    }


@in_a_loop
async def test_three_accounts_and_a_test_mode_go_to_four_streams(tmp_path: Path) -> None:
    """From one endpoint; orders of the same number are sales of their own."""
    async with forked_local_stack(environ(tmp_path), functions=WEBHOOK) as stack:
        answers = [
            await deliver(stack, sale("1", None)),
            await deliver(stack, sale("2", "acct_fr")),
            await deliver(stack, sale("3", "acct_app", ga_app_instance_id=INSTANCE)),
            await deliver(stack, sale("4", None, live=False)),
        ]
        events, described = await seen(stack), stack.describe()

    assert [answer.json()["outcome"] for answer in answers] == ["delivered"] * 4
    ids = [(each["measurement_id"], each.get("firebase_app_id")) for each in events]
    assert ids == [("G-DE1", None), ("G-FR1", None), (None, APP), ("G-TEST1", None)]
    assert "error" not in {each["verdict"] for each in events}
    assert described["measurement_id"] == "G-DE1"
    assert described["streams"] == {"de": "G-DE1", "fr": "G-FR1", "test": "G-TEST1", "app": APP}


@in_a_loop
async def test_a_refund_follows_its_purchase_after_the_routes_changed(tmp_path: Path) -> None:
    """In a new deployment over the same store."""
    async with forked_local_stack(environ(tmp_path), functions=WEBHOOK) as stack:
        await deliver(stack, sale("1", None))
    changed = environ(tmp_path, [{"to": "fr"}])
    async with forked_local_stack(changed, functions=WEBHOOK) as stack:
        copy = await deliver(stack, sale("1", None))
        back = refund(id="re_1", payment_intent="pi_1", charge="ch_1")
        now = int(time.time())
        taken = event(back, "refund.created", id="evt_r", livemode=True, created=now)
        await deliver(stack, taken)
        events = await seen(stack)

    assert copy.json()["outcome"] == "duplicate"
    assert [(e["measurement_id"], e["body"]["events"][0]["name"]) for e in events] == [
        ("G-DE1", "refund")
    ]


@in_a_loop
async def test_wrong_streams_are_named_in_the_log_and_not_in_the_answer(tmp_path: Path) -> None:
    """Each place, at once; the stack still says what it can of itself."""
    wrong = {**environ(tmp_path), "STREAMS": '{"de": {"measurement_id": 1}}', "ROUTES": "[7]"}
    with (tmp_path / "log").open("w+b") as log:
        async with forked_local_stack(wrong, functions=WEBHOOK, log=log) as stack:
            answer = await deliver(stack, sale("1", None))
            described = stack.describe()
        log.seek(0)
        lines = [json.loads(line) for line in log.read().splitlines() if line[:1] == b"{"]

    assert (answer.status_code, answer.json()["outcome"]) == (500, "misconfigured")
    assert "STREAMS" not in answer.text
    (reason,) = [line["reason"] for line in lines if line.get("outcome") == "misconfigured"]
    assert "STREAMS.de.measurement_id: " in reason
    assert "ROUTES[0]: " in reason
    assert described["measurement_id"] is None
