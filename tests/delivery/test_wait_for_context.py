"""A webhook that comes before its context was captured."""

import asyncio
from collections.abc import Callable

import pytest

from shared.deadline import request_deadline
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.outcome import Result
from tests.support.builders import CLIENT_ID, NOW, SESSION_ID
from tests.support.loop import in_a_fast_loop
from tests.support.shop import Shop
from tests.support.stripe_json import checkout_session, delivery, event, metadata

Opened = Callable[..., Shop]
PAID = event(checkout_session())
SEEN = Context(client_id=CLIENT_ID, session_id=SESSION_ID)


async def seconds_of(shop: Shop, paid: object = PAID) -> float:
    """Deliver an event; return how long the answer took."""
    time = asyncio.get_running_loop().time
    started = time()
    await shop.take(delivery(paid))
    return time() - started


@in_a_fast_loop
async def test_a_context_that_comes_within_the_wait_is_used(opened: Opened) -> None:
    """The event joins its session, and the answer comes as soon as that is known."""
    shop = opened(CONTEXT_WAIT_SECONDS="5")

    async def captured() -> None:
        await asyncio.sleep(0.9)
        await shop.payments.history.stores.contexts.put(["cs_test_1"], SEEN, now=NOW)

    capturing = asyncio.create_task(captured())
    outcome = await shop.take(delivery(PAID))
    await capturing

    assert (outcome.result, outcome.attribution) == (Result.DELIVERED, "session")
    assert outcome.context_source == "store"


@pytest.mark.parametrize(("policy", "result"), [("send", "delivered"), ("withhold", "withheld")])
@in_a_fast_loop
async def test_after_the_wait_the_policy_decides(opened: Opened, policy: str, result: str) -> None:
    """As if nobody had waited."""
    shop = opened(CONTEXT_WAIT_SECONDS="2", UNATTRIBUTED_EVENTS=policy)
    time = asyncio.get_running_loop().time
    started = time()

    outcome = await shop.take(delivery(PAID))

    assert outcome.result.value == result
    assert 1.5 <= time() - started < 4


@in_a_fast_loop
async def test_nobody_waits_longer_than_the_request_has_time(opened: Opened) -> None:
    """A second of it is for writing down how it ended."""
    shop = opened(CONTEXT_WAIT_SECONDS="5", UNATTRIBUTED_EVENTS="withhold")
    with request_deadline(3):
        assert await seconds_of(shop) < 3


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"ga_client_id": CLIENT_ID}, id="the client is known"),
        pytest.param({"ga_consent_analytics": "denied"}, id="consent is denied"),
    ],
)
@in_a_fast_loop
async def test_nobody_waits_for_nothing(opened: Opened, answers: dict[str, object]) -> None:
    """A client that is known, a denial that holds."""
    shop = opened(CONTEXT_WAIT_SECONDS="5")

    assert await seconds_of(shop, event(metadata(answers))) < 2


@in_a_fast_loop
async def test_a_denial_ends_the_wait(opened: Opened) -> None:
    """Nothing leaves, and nobody waits on."""
    shop = opened(CONTEXT_WAIT_SECONDS="5")
    denied = Context(consent=Consent(Choice.DENIED))
    await shop.payments.history.stores.contexts.put(["cs_test_1"], denied, now=NOW)

    assert await seconds_of(shop) < 2
    assert shop.ga4.bodies == []
