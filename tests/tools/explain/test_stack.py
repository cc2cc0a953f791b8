"""Each kind of delivery, played at a whole local stack, and explained by each of its ids."""

import asyncio
import base64
import json
import re
import secrets
import time
from collections.abc import Iterator
from typing import Any, Final

import aiohttp
import pytest

from tests.support import loopback
from tests.support.local_stack import ServedStack, served
from tests.tools.explain.explaining import Told, explain, explain_here
from tools.traffic.kinds import KINDS
from tools.trigger.deliveries import Delivery, Terms, deliveries_of
from tools.trigger.post import Answer, post, sign
from tools.trigger.target import stack_at

_IDS: Final = frozenset(
    """
    id payment_intent invoice subscription customer charge transaction_id subscription_id event_id
    invoice_id order_id references purchaseToken orderId
    """.split()
)
_UUID: Final = re.compile(r"[0-9A-Fa-f-]{36}")
USUAL: Final = Terms()
_NOT_ITS: Final = (
    *("si_", "il_", "price_", "pri_", "prod_", "ii_", "ntf_", "seti_", "item_", "li_"),
)


@pytest.fixture(scope="module")
def stack() -> Iterator[ServedStack]:
    """A local stack: it keeps what was ignored."""
    with served() as stack:
        yield stack


@pytest.fixture(scope="module")
def strict() -> Iterator[ServedStack]:
    """One that takes no test payments."""
    with served(ACCEPT_TEST_EVENTS="false") as stack:
        yield stack


@pytest.fixture(scope="module")
def patient() -> Iterator[ServedStack]:
    """One that waits for contexts."""
    with served(UNATTRIBUTED_EVENTS="withhold") as stack:
        yield stack


def played(
    stack: ServedStack, name: str, terms: Terms = USUAL, order: str = ""
) -> list[tuple[Delivery, Answer]]:
    """Post what a name stands for; return it with the answers.

    Args:
        stack: Where.
        name: One of `KINDS`.
        terms: What is different.
        order: What all ids are made of. Default: a random text.
    """
    text = order or secrets.token_hex(6)

    async def play() -> list[tuple[Delivery, Answer]]:
        async with aiohttp.ClientSession() as client:
            target, now = await stack_at(client, stack.line["collector"]), int(time.time())
            found = []
            for delivery in deliveries_of(name, terms, now=now, new_order=lambda: text):
                signed = await sign(delivery, target, now=now)
                found.append((delivery, await post(client, signed)))
            return found

    return asyncio.run(play())


def asked(stack: ServedStack, each: str, *options: str) -> Told:
    """Ask the stack that runs."""
    where = ("--collector", stack.line["collector"])
    return explain_here(each, *where, *options, environ=stack.environ)


def ids_of(delivery: Delivery, order: str) -> set[str]:
    """Return the ids in a delivery that are made of its order; a shop's own are numbers."""
    body = json.loads(delivery.request.body)
    if "message" in body:
        body = json.loads(base64.b64decode(body["message"]["data"]))
    found = {each for each in _ids(body) if order in each and not each.startswith(_NOT_ITS)}
    found |= {each for each in body.get("references", ()) if _UUID.fullmatch(each)}
    numbers = (body.get("id"), body.get("order_id"))
    found |= {str(each) for each in numbers if isinstance(each, int)}
    return found | {name for name in [body.get("name", "")] if name.startswith("#")}


def _ids(value: Any, name: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _ids(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, name)
    elif isinstance(value, str) and name in _IDS:
        yield value


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_delivery_is_explained_by_each_of_its_ids(stack: ServedStack, name: str) -> None:
    """With what was answered, its money, and its transaction id."""
    order = secrets.token_hex(6)
    deliveries = played(stack, name, order=order)
    answer = deliveries[-1][1]
    own = ids_of(deliveries[-1][0], order)
    own |= {each for each in (answer.transaction_id, answer.event_id) if each}
    earlier = {each for delivery, _ in deliveries[:-1] for each in ids_of(delivery, order)}

    assert answer.is_success
    assert own
    for each in earlier - own:
        assert asked(stack, each, "--json").status == 0, each
    for each in own:
        told = asked(stack, each, "--json")
        assert told.status == 0, (each, told)
        assert told.document["id"] == each
        if answer.outcome == "stored":
            assert "Known of the buyer's browser: client and session." in told.text
            continue
        states = {entry["state"] for entry in told.document["entries"]}
        assert answer.outcome in states, (each, told)
        assert str(answer.outcome) in told.text
        if answer.transaction_id is not None:
            assert answer.transaction_id in told.text
        values = {e["value"]: e["currency"] for e in told.document["entries"] if e["value"]}
        assert all(f"{value} {currency}" in told.text for value, currency in values.items())


@pytest.mark.parametrize(
    "name", [name for name in sorted(KINDS) if name.partition(".")[0] == "stripe"]
)
def test_a_test_payment_is_found_by_what_is_asked_for(strict: ServedStack, name: str) -> None:
    """The first thing that a newcomer looks for, by the event and by the payment's own id."""
    delivery, answer = played(strict, name)[-1]
    assert (answer.outcome, answer.reason) == ("ignored", "test mode")

    event = json.loads(delivery.request.body)
    subject = event["data"]["object"] if "data" in event else event["related_object"]
    for each in (answer.event_id, subject["id"]):
        assert each is not None
        told = asked(strict, each)
        assert told.status == 0
        assert "ignored: test mode" in told.text
        assert "ACCEPT_TEST_EVENTS=true" in told.text


def test_what_waits_says_what_it_waits_for(patient: ServedStack) -> None:
    """And for how long its session could still be joined."""
    (_, answer) = played(patient, "stripe.checkout", Terms(has_client=False))[-1]
    assert (answer.outcome, answer.transaction_id is not None) == ("withheld", True)

    told = asked(patient, answer.transaction_id or "")

    assert "withheld and not sent: no client is known" in told.text
    assert "GA4 takes it under its own time for another 71 hours." in told.text
    assert "Its session is not known." in told.text
    assert "18.00 EUR" in told.text
    assert f"connectors ledger replay {answer.transaction_id}" in told.text


def test_what_was_rejected_knows_its_own_session(stack: ServedStack) -> None:
    """It is kept with the event alone, and a replay sends it."""
    faults = f"{stack.line['collector']}/faults"
    loopback.post(faults, json={"status": 403, "every": 1}).raise_for_status()
    (_, answer) = played(stack, "stripe.checkout")[-1]
    loopback.post(faults, json={}).raise_for_status()

    told = asked(stack, answer.transaction_id or "")

    assert answer.outcome == "rejected"
    assert "Known of the buyer's browser: client and session." in told.text
    assert re.search(r"Its session can be joined for another \d+ hours\.", told.text)


def test_a_denial_is_final(stack: ServedStack) -> None:
    """Nothing is to be done, and no window is open."""
    (_, answer) = played(stack, "stripe.checkout", Terms(is_denied=True))[-1]

    told = asked(stack, answer.transaction_id or "")

    assert "withheld and not sent: analytics consent denied" in told.text
    assert "Analytics consent: denied" in told.text
    assert "GA4 takes it" not in told.text
    assert "Nothing: the buyer said no" in told.text


def test_a_made_up_client_is_advised_upon(stack: ServedStack) -> None:
    """Where a sale got no browser, the fix is the guide."""
    (_, answer) = played(stack, "stripe.checkout", Terms(has_client=False))[-1]

    told = asked(stack, answer.transaction_id or "")

    assert "for a generated client" in told.text
    assert "docs/guides/carry-the-context.md" in told.text


def test_a_stack_that_is_named_is_asked_whatever_the_settings_here_say(stack: ServedStack) -> None:
    """A newcomer has settings for the deployment in this folder, and a stack that runs."""
    (_, answer) = played(stack, "stripe.checkout")[-1]
    environ = {**stack.environ, "STORE": "sqlite:/nowhere/connectors.sqlite"}
    each = answer.transaction_id or ""

    told = explain(each, "--collector", stack.line["collector"], environ=environ)
    other = explain(each, environ=environ)

    assert (told.status, other.status) == (0, 2)
    assert "is delivered" in told.text


def test_without_a_stack_nothing_is_guessed(stack: ServedStack) -> None:
    """It says what to name."""
    told = explain("ORD-9", "--collector", "http://127.0.0.1:1", environ=stack.environ)

    assert told.status == 2
    assert "--store, --settings FILE or --from-gcp PROJECT" in told.error
    assert explain("x", "--collector", "nowhere", environ=stack.environ).status == 2
