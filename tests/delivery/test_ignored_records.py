"""Deliveries that are ignored leave a record where the operator wants one, and never an effect."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from shared.errors import MisconfiguredError, UnavailableError
from shared.outcome import Outcome, Result
from shared.stores.document import Change
from shared.stores.entry import Entry, State
from shared.stores.sqlite.database import SqliteDatabase
from tests.support.builders import NOW
from tests.support.loop import in_a_fast_loop, in_a_loop
from tests.support.pushing import push
from tests.support.server_json import server_event
from tests.support.shop import Shop
from tests.support.stripe_json import checkout_session, delivery, event, payment_intent

Opened = Callable[..., Shop]
WEEK = {"IGNORED_RETENTION_DAYS": "7"}
INTENT = event(payment_intent(), "payment_intent.succeeded", id="evt_pi")
NOT_TAKEN = "payment intents are not taken as money"


async def about(shop: Shop, *ids: str) -> Sequence[Entry]:
    """Return the entries about some ids."""
    return await shop.payments.sender.stores.ledger.mentioning(ids)


@in_a_loop
async def test_an_ignored_delivery_is_found_by_its_ids(opened: Opened) -> None:
    """With the reason that was answered, and nothing of the buyer or the money."""
    shop = opened(**WEEK)
    outcome = await shop.take(delivery(INTENT))
    (found,) = await about(shop, "evt_pi")
    (same,) = await about(shop, "pi_9")

    assert outcome.result is Result.IGNORED
    assert found == same
    assert (found.state, found.reason) == (State.IGNORED, outcome.reason)
    assert found.fact.source == "stripe payment_intent.succeeded evt_pi"
    assert (found.fact.value, found.fact.currency, found.replay) == (None, None, None)
    assert found.expires_at == NOW + timedelta(days=7)
    assert shop.ga4.bodies == []


@in_a_loop
async def test_without_the_setting_nothing_is_written(opened: Opened) -> None:
    """The default: each record costs a write."""
    shop = opened()
    await shop.take(delivery(INTENT))

    assert await about(shop, "evt_pi", "pi_9") == []


@in_a_loop
async def test_the_test_mode_is_found_by_the_orders_own_ids(opened: Opened) -> None:
    """What people look for when their first payment does not arrive."""
    shop = opened(ACCEPT_TEST_EVENTS="false", **WEEK)
    session = checkout_session(metadata={"order_id": "ORD-9"}, customer="cus_7")
    outcome = await shop.take(delivery(event(session, livemode=False)))

    assert (outcome.result, outcome.reason) == (Result.IGNORED, "test mode")
    for name in ("evt_1", session["id"], "pi_1", "ORD-9", "cus_7"):
        (found,) = await about(shop, name)
        assert found.reason == "test mode"


@in_a_loop
async def test_what_was_ignored_first_is_sent_when_it_comes_again(opened: Opened) -> None:
    """An option was switched on: the same event is money now, and the record stays beside it."""
    shop = opened(**WEEK)
    assert (await shop.take(delivery(INTENT))).result is Result.IGNORED
    providers = json.loads(shop.environment["PAYMENT_PROVIDERS"])
    providers["stripe"]["payment_intents"] = True
    later = opened(PAYMENT_PROVIDERS=json.dumps(providers), OWNER_WAIT_SECONDS="0", **WEEK)
    outcome = await later.take(delivery(INTENT))

    assert outcome.result is Result.DELIVERED
    assert sorted(entry.state for entry in await about(later, "evt_pi")) == ["delivered", "ignored"]


@in_a_loop
async def test_messages_in_test_mode_leave_a_record(opened: Opened) -> None:
    """Pushed functions ignore too."""
    shop = opened(ACCEPT_TEST_EVENTS="false", **WEEK)
    message = server_event(environment="test", references=["LEAD-1"])
    assert (await push(shop.offline(), message)).result is Result.IGNORED

    (found,) = await about(shop, "LEAD-1")
    assert (found.state, found.reason) == (State.IGNORED, "test mode")


@pytest.mark.parametrize("error", [UnavailableError("STORE: away"), MisconfiguredError("STORE")])
@in_a_loop
async def test_a_store_that_is_away_does_not_change_the_answer(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The log says that there is no record."""
    shop = opened(**WEEK)

    async def fail(_: SqliteDatabase, changes: Sequence[Change]) -> list[int]:
        assert [change.fields and change.fields["state"] for change in changes] == ["ignored"]
        raise error

    monkeypatch.setattr(SqliteDatabase, "commit", fail)
    unknown = event({"id": "x_1", "object": "x"}, "x.y", id="evt_x")
    outcome = await shop.take(delivery(unknown))

    assert outcome == Outcome(Result.IGNORED, "event type is not the source of any money")


@in_a_fast_loop
async def test_a_store_that_hangs_costs_a_second(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider is not kept waiting for a note."""
    shop = opened(**WEEK)

    async def hang(_: SqliteDatabase, changes: Sequence[Change]) -> list[int]:
        del changes
        await asyncio.sleep(3600)
        return []

    monkeypatch.setattr(SqliteDatabase, "commit", hang)
    unknown = event({"id": "x_1", "object": "x"}, "x.y", id="evt_x")
    loop = asyncio.get_running_loop()
    began = loop.time()
    outcome = await shop.take(delivery(unknown))

    assert outcome.result is Result.IGNORED
    assert loop.time() - began < 5  # a busy machine takes time of its own
