"""Money that comes a second before the session that knows its buyer."""

import asyncio
from collections.abc import Callable

import pytest

from shared.deadline import request_deadline
from shared.errors import PendingError
from shared.outcome import Outcome, Result
from shared.stores.entry import State
from tests.consent.said import NOTHING, WAYS, Said
from tests.support.builders import CLIENT_ID
from tests.support.loop import in_a_fast_loop
from tests.support.pushing import push
from tests.support.shop import Shop
from tests.support.stripe_json import delivery

Opened = Callable[..., Shop]
BOTH = pytest.mark.parametrize(
    ("money", "session"), [("first invoice", "sign-up"), ("bare intent", "session")]
)
DENIED = "analytics consent denied"
STRIPE = '{"stripe": {"secret": "file:%s/stripe", "payment_intents": true}}'


async def bring(shop: Shop, by: str, answer: object = NOTHING, **metadata: str) -> Outcome:
    """Deliver one of Stripe's events."""
    said = Said(by, answer)
    fields = {"metadata": {**said.metadata, **metadata}} if metadata else {}
    return await shop.take(delivery(WAYS[by][1](Said(by, answer, fields=fields))))


async def seconds_until_409(shop: Shop, by: str) -> float:
    """Deliver an event that is asked to come again; return how long the answer took."""
    time = asyncio.get_running_loop().time
    started = time()
    with pytest.raises(PendingError):
        await bring(shop, by)
    return time() - started


@pytest.fixture
def shop(opened: Opened) -> Shop:
    """A shop that takes payment intents too."""
    return opened(PAYMENT_PROVIDERS=STRIPE % opened().folder)


@BOTH
@in_a_fast_loop
async def test_a_session_that_follows_within_two_seconds_is_waited_for(
    shop: Shop, money: str, session: str
) -> None:
    """No answer asks Stripe to come again, and the buyer is known."""
    waiting = asyncio.create_task(bring(shop, money))
    await asyncio.sleep(1)
    assert not waiting.done()
    await bring(shop, session, ga_client_id=CLIENT_ID)

    outcome = await waiting
    assert outcome.result in (Result.DELIVERED, Result.DUPLICATE)
    assert [body["client_id"] for body in shop.ga4.bodies] == [CLIENT_ID]


@BOTH
@in_a_fast_loop
async def test_a_denial_that_comes_second_counts(shop: Shop, money: str, session: str) -> None:
    """Nothing leaves under a made-up client."""
    waiting = asyncio.create_task(bring(shop, money))
    await asyncio.sleep(0.5)
    await bring(shop, session, "denied")

    assert (await waiting).result is Result.WITHHELD
    assert shop.ga4.bodies == []


@BOTH
@in_a_fast_loop
async def test_after_two_seconds_stripe_is_asked_to_come_again(
    shop: Shop, money: str, session: str
) -> None:
    """And once the session has come, the money goes."""
    assert 1.5 < await seconds_until_409(shop, money) < 4
    await bring(shop, session, ga_client_id=CLIENT_ID)

    assert (await bring(shop, money)).result in (Result.DELIVERED, Result.DUPLICATE)
    assert [body["client_id"] for body in shop.ga4.bodies] == [CLIENT_ID]


@BOTH
@in_a_fast_loop
async def test_five_minutes_after_its_event_the_money_goes(
    shop: Shop, money: str, session: str
) -> None:
    """There may be no session at all."""
    del session
    await seconds_until_409(shop, money)
    shop.clock.advance(300)

    assert (await bring(shop, money)).result is Result.DELIVERED


@in_a_fast_loop
async def test_a_sign_up_that_says_nothing_ends_the_wait(shop: Shop) -> None:
    """Nobody knows more than it."""
    await bring(shop, "sign-up")

    assert (await bring(shop, "first invoice")).result is Result.DELIVERED


@in_a_fast_loop
async def test_nobody_waits_longer_than_the_request_has_time(shop: Shop) -> None:
    """A second of it is for the answer."""
    with request_deadline(2):
        assert await seconds_until_409(shop, "first invoice") < 1.5


@pytest.mark.parametrize(("answer", "reason"), [("granted", None), ("denied", DENIED)])
@in_a_fast_loop
async def test_a_session_wakes_what_waits_for_its_buyer(
    opened: Opened, answer: str, reason: str | None
) -> None:
    """As a capture does: it is sent, or, of who denied, nothing but that is kept of it."""
    shop = opened(PAYMENT_PROVIDERS=STRIPE % opened().folder, UNATTRIBUTED_EVENTS="withhold")
    lead = {"customer_ref": "cus_1", "event_id": "lead", "transaction_id": None}
    await push(shop.offline(), WAYS["offline"][1](Said("offline", fields=lead)))
    assert shop.ga4.bodies == []

    await bring(shop, "session", answer, ga_client_id=CLIENT_ID)

    entry = await shop.settled("lead", "generate_lead")
    assert (entry.state is State.DELIVERED) == (answer == "granted")
    assert entry.reason == reason
    assert len(shop.ga4.bodies) == (2 if answer == "granted" else 0)


@BOTH
@in_a_fast_loop
async def test_a_shop_may_choose_not_to_wait(opened: Opened, money: str, session: str) -> None:
    """All its sales are its own."""
    del session
    shop = opened(PAYMENT_PROVIDERS=STRIPE % opened().folder, OWNER_WAIT_SECONDS="0")

    assert (await bring(shop, money)).result is Result.DELIVERED
