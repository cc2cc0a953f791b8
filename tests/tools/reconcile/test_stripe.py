"""`connectors reconcile stripe` as a person runs it, against Stripe's API on loopback."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.delivery.refunds import WAITS_FOR_PURCHASE
from shared.stores.entry import LedgerEvent, State
from shared.stores.sqlite.database import sqlite_stores
from tests.support.builders import MEASUREMENT_ID
from tests.support.loop import in_a_loop
from tests.support.stripe_json import Json, event
from tests.support.stripe_server import KEY, StripeServer
from tests.tools.reconcile import running
from tests.tools.reconcile.records import paid
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of


def refunded(number: int, *, days_ago: float = 0.5) -> Json:
    """Return the event of a refund of the whole order."""
    created = int((NOW - timedelta(days=days_ago)).timestamp())
    refund = {
        "id": f"re_{number}",
        "object": "refund",
        "amount": 2760,
        "currency": "eur",
        "status": "succeeded",
        "created": created,
        "payment_intent": f"pi_{number}",
        "charge": f"ch_{number}",
    }
    return event(refund, "refund.created", id=f"evt_re_{number}", created=created)


async def reconcile(folder: Path, server: StripeServer, *options: str, **settings: str) -> Ran:
    """Run the command in a process of its own."""
    entry = entry_of(folder, "stripe", KEY)
    where = {"PAYMENT_PROVIDERS": entry, "STRIPE_API": server.url, **settings}
    return await running.reconcile(folder, "stripe", where, *options)


@in_a_loop
async def test_a_payment_the_ledger_has_is_no_finding(tmp_path: Path) -> None:
    """Its key is found, whatever else the ledger holds."""
    await delivered(tmp_path, "pi_1", source="stripe checkout.session.completed evt_1")
    async with StripeServer(lists={"/v1/events": [paid(1)]}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.status == 0
    assert ran.words == {"delivered": 1}
    assert ran.printed["findings"] == []


@in_a_loop
async def test_a_payment_that_never_arrived_is_named(tmp_path: Path) -> None:
    """With its order, its money and Stripe's own id of the event; nothing is sent."""
    async with StripeServer(lists={"/v1/events": [paid(2), paid(1, days_ago=2)]}) as server:
        await delivered(tmp_path, "pi_1", source="stripe checkout.session.completed evt_1")
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.status == 1
    assert finding["word"] == "missing"
    assert finding["transaction_id"] == "pi_2"
    assert finding["value"] == "18.00 EUR"
    assert finding["source"] == "checkout.session.completed evt_2"
    assert ran.ga4 == []


@in_a_loop
async def test_repair_sends_what_is_missing_once(tmp_path: Path) -> None:
    """A refund after its purchase; a second run finds nothing left to do."""
    events = [refunded(1), paid(2), paid(1, days_ago=1.5)]
    async with StripeServer(lists={"/v1/events": events}) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    assert first.words == {"repaired": 3}
    assert [body["events"][0]["name"] for body in first.ga4] == ["purchase", "purchase", "refund"]
    assert first.ga4[2]["events"][0]["params"]["transaction_id"] == "pi_1"
    assert first.status == second.status == 0
    assert second.words == {"delivered": 3}
    assert second.ga4 == []


@in_a_loop
async def test_a_webhook_that_comes_after_the_repair_is_a_duplicate(tmp_path: Path) -> None:
    """Both go by one key."""
    async with StripeServer(lists={"/v1/events": [paid(1)]}) as server:
        await reconcile(tmp_path, server, "--repair")
    ledger = sqlite_stores(str(tmp_path / "ledger.sqlite")).ledger
    entry = await ledger.find(LedgerEvent(MEASUREMENT_ID, "purchase", "pi_1").key)
    await ledger.close()

    assert entry is not None
    assert entry.state is State.DELIVERED


@in_a_loop
async def test_an_entry_without_a_payment_is_named(tmp_path: Path) -> None:
    """Somebody forged it, or it is of another account: Stripe knows no such event."""
    source = "stripe checkout.session.completed evt_forged"
    await delivered(tmp_path, "pi_forged", source=source, occurred_at=NOW - timedelta(days=1))
    async with StripeServer(lists={"/v1/events": []}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.status == 1
    assert finding["word"] == "unmatched"
    assert finding["transaction_id"] is None
    assert finding["source"] == source


@in_a_loop
async def test_an_entry_whose_event_lies_outside_the_span_is_not_unmatched(tmp_path: Path) -> None:
    """Stripe made the event later than the money moved; it is asked for by its id."""
    late = paid(1)
    await delivered(
        tmp_path,
        "pi_1",
        source="stripe checkout.session.completed evt_1",
        occurred_at=NOW - timedelta(days=1),
    )
    objects = {"/v1/events/evt_1": late}
    async with StripeServer(objects=objects, lists={"/v1/events": []}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.status == 0
    assert ran.printed["findings"] == []


@in_a_loop
async def test_every_page_of_every_day_is_read(tmp_path: Path) -> None:
    """A hundred payments over three days, forty a page."""
    events = [paid(number, days_ago=0.02 * number) for number in range(100)]
    async with StripeServer(lists={"/v1/events": events}) as server:
        ran = await reconcile(tmp_path, server, "--json")
        asked = [question.query for question in server.questions]

    assert ran.printed["events"] == 100
    assert ran.words == {"missing": 100}
    assert len(asked) >= 4
    assert any("starting_after" in query for query in asked)


@in_a_loop
async def test_a_connected_account_is_asked_as_itself(tmp_path: Path) -> None:
    """Its events do not name it there, but their entries do."""
    await delivered(tmp_path, "acct_1:pi_1", source="stripe acct_1 checkout… evt_1")
    async with StripeServer(lists={"/v1/events": [paid(1)]}) as server:
        ran = await reconcile(tmp_path, server, "--account", "acct_1", "--json")
        (question,) = {q.headers.get("stripe-account") for q in server.questions}

    assert question == "acct_1"
    assert ran.words == {"delivered": 1}


@in_a_loop
async def test_without_a_key_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    """The setting is named."""
    entry = f'{{"stripe": {{"secret": "file:{tmp_path}/stripe"}}}}'
    async with StripeServer() as server:
        ran = await reconcile(tmp_path, server, PAYMENT_PROVIDERS=entry)

    assert ran.status == 2
    assert "stripe.api_key" in ran.errors


@in_a_loop
async def test_the_key_goes_nowhere_but_to_stripe_or_loopback(tmp_path: Path) -> None:
    """A mistyped address would give it away."""
    async with StripeServer() as server:
        server.url = "http://stripe.example"
        ran = await reconcile(tmp_path, server)

    assert ran.status == 2
    assert "STRIPE_API: takes" in ran.errors


@in_a_loop
async def test_a_person_reads_what_is_missing(tmp_path: Path) -> None:
    """One line each, and the fix."""
    async with StripeServer(lists={"/v1/events": [paid(1)]}) as server:
        ran = await reconcile(tmp_path, server)

    assert "missing   purchase pi_1 18.00 EUR" in ran.errors
    assert "--repair" in ran.errors


@in_a_loop
async def test_a_payment_that_was_sent_twice_is_named(tmp_path: Path) -> None:
    """On basil its intent and its invoice had nothing in common, until a link came."""
    for key, kind in (("pi_1", "payment_intent.succeeded"), ("in_1", "invoice.paid")):
        source = f"stripe {kind} evt_{key}"
        await delivered(tmp_path, key, transaction_id=key, source=source)
    paid_by = {"type": "payment_intent", "payment_intent": "pi_1"}
    link = {"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "payment": paid_by}
    created = int((NOW - timedelta(days=1)).timestamp())
    linked = event(link, "invoice_payment.paid", id="evt_link", created=created)
    objects = {f"/v1/events/evt_{key}": linked for key in ("pi_1", "in_1")}
    async with StripeServer(lists={"/v1/events": [linked]}, objects=objects) as server:
        ran = await reconcile(tmp_path, server, "--json")

    twice = [found for found in ran.printed["findings"] if found["word"] == "counted_twice"]
    assert [found["transaction_id"] for found in twice] == ["pi_1"]
    assert twice[0]["reason"] == "the same payment as in_1"
    assert ran.status == 1


@in_a_loop
async def test_a_refund_that_waits_for_its_order_is_pending(tmp_path: Path) -> None:
    """Its purchase is older than what Stripe keeps; after an hour the settings decide."""
    async with StripeServer(lists={"/v1/events": [refunded(1)]}) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    assert (ran.words, ran.status, ran.ga4) == ({"pending": 1}, 1, [])


@pytest.mark.parametrize(
    ("hours", "repair", "words"),
    [
        (0.5, ["--repair"], {"withheld": 1}),
        (2, [], {"pending": 1}),
        (2, ["--repair"], {"repaired": 1}),
    ],
)
@in_a_loop
async def test_a_refund_that_waited_in_vain_is_repaired(
    tmp_path: Path, hours: float, repair: list[str], words: Json
) -> None:
    """Stripe gave up bringing it again: after its hour it is sent as the settings say."""
    ledger = sqlite_stores(str(tmp_path / "ledger.sqlite")).ledger
    fact = LedgerEvent(MEASUREMENT_ID, "refund", "re_1", source="stripe refund.created evt_re_1")
    since = NOW - timedelta(hours=hours)
    await ledger.record(fact, State.WITHHELD, now=since, reason=WAITS_FOR_PURCHASE)
    await ledger.close()
    async with StripeServer(lists={"/v1/events": [refunded(1)]}) as server:
        ran = await reconcile(tmp_path, server, *repair, "--json")

    assert ran.words == words
    assert len(ran.ga4) == words.get("repaired", 0)


@pytest.mark.parametrize("repair", [(), ("--repair",)])
@in_a_loop
async def test_a_refund_of_a_payment_that_is_left_out_is_not_missing(
    tmp_path: Path, repair: tuple[str, ...]
) -> None:
    """The options do not count intents: a repair learns it, and so it stays."""
    intent = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": 2760,
        "amount_received": 2760,
        "currency": "eur",
        "metadata": {},
    }
    created = int((NOW - timedelta(days=1)).timestamp())
    bought = event(intent, "payment_intent.succeeded", id="evt_1", created=created)
    async with StripeServer(lists={"/v1/events": [refunded(1), bought]}) as server:
        await reconcile(tmp_path, server, "--repair")
        ran = await reconcile(tmp_path, server, *repair, "--json")

    assert (ran.words, ran.status, ran.ga4) == ({}, 0, [])
