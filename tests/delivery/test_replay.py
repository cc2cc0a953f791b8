"""What was kept is sent again: once, with what is known by then, and never against a denial."""

from collections.abc import Callable

import pytest

from shared.delivery.prepare import NotSent, Prepared
from shared.delivery.replay import Replay
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.outcome import Outcome, Result
from shared.stores.entry import State
from shared.stores.query import Query
from tests.support.builders import CLIENT_ID, NOW, SESSION_ID
from tests.support.loop import in_a_loop
from tests.support.shop import Shop
from tests.support.stripe_json import checkout_session, delivery, event, metadata
from tools.changed import replace

Opened = Callable[..., Shop]
PAID = event(checkout_session())
SEEN = Context(client_id=CLIENT_ID, session_id=SESSION_ID, session_number=3)
DENIED = Consent(analytics=Choice.DENIED, analytics_at=NOW)


@pytest.fixture
def waiting(opened: Opened) -> Shop:
    """A shop whose events wait for their client."""
    return opened(UNATTRIBUTED_EVENTS="withhold")


def replay(shop: Shop) -> Replay:
    """Return what replays a shop's entries."""
    payments = shop.payments
    return Replay(payments.sender, payments.history, shop.clock)


async def capture(
    shop: Shop, context: Context = SEEN, reference: str = "cs_test_1"
) -> list[Outcome]:
    """Store a context and release what waited for it, as `context_capture` does."""
    await shop.payments.history.stores.contexts.put([reference], context, now=shop.clock())
    return await replay(shop).released([reference])


async def operator(shop: Shop) -> None:
    """Replay everything that is withheld, as `connectors ledger replay --withheld` does."""
    query = Query(frozenset({State.WITHHELD}))
    for entry in [entry async for entry in shop.payments.sender.stores.ledger.entries(query)]:
        await replay(shop).again(entry)


@in_a_loop
async def test_an_event_that_waited_is_sent_when_its_context_comes(waiting: Shop) -> None:
    """In its session; the entry says where that was known from."""
    await waiting.take(delivery(PAID))
    waiting.clock.advance(600)

    (outcome,) = await capture(waiting)
    entry = await waiting.settled()

    assert (outcome.result, outcome.attribution) == (Result.DELIVERED, "session")
    assert (entry.state, entry.fact.context_source) == (State.DELIVERED, "store")
    (body,) = waiting.ga4.bodies
    assert body["client_id"] == CLIENT_ID
    params = body["events"][0]["params"]
    assert (params["session_id"], params["mp_source"]) == (SESSION_ID, "payment_webhook")


@in_a_loop
async def test_a_day_later_the_session_can_no_longer_be_joined(waiting: Shop) -> None:
    """The client still is whose it is: the clock is the present one."""
    await waiting.take(delivery(PAID))
    waiting.clock.advance(86_400)

    (outcome,) = await capture(waiting)

    assert outcome.attribution == "client"


@in_a_loop
async def test_a_context_of_somebody_else_releases_nothing(waiting: Shop) -> None:
    """Under another reference."""
    await waiting.take(delivery(PAID))

    assert await capture(waiting, reference="cs_other") == []
    assert waiting.ga4.bodies == []


async def webhook(shop: Shop) -> None:
    """Deliver the payment."""
    await shop.take(delivery(PAID))


async def another(shop: Shop) -> None:
    """Deliver another event about the same payment."""
    again = event(checkout_session(), "checkout.session.async_payment_succeeded", id="evt_2")
    await shop.take(delivery(again))


async def captured(shop: Shop) -> None:
    """Capture the context."""
    await capture(shop)


Steps = tuple[object, ...]


def orders(*steps: object) -> list[Steps]:
    """Return orders in which each step is first and last, and each two stand both ways round."""
    turned = [steps[at:] + steps[:at] for at in range(len(steps))]
    return [*turned, *(order[::-1] for order in turned)]


def named(order: Steps) -> str:
    """Return the names of the steps."""
    return "-".join(getattr(step, "__name__", str(step)) for step in order)


@pytest.mark.parametrize("order", orders(webhook, another, captured, operator), ids=named)
@in_a_loop
async def test_in_any_order_the_event_is_sent_once(waiting: Shop, order: Steps) -> None:
    """Webhook, its copy, capture and operator: whoever comes last sends, and nobody twice."""
    for step in (*order, *order):
        await step(waiting)  # type: ignore[operator]

    (body,) = waiting.ga4.bodies
    assert body["client_id"] == CLIENT_ID


@pytest.mark.parametrize(
    "order",
    orders(webhook, captured, operator, "denial", "later grant"),
    ids=named,
)
@in_a_loop
async def test_a_denial_that_came_before_the_event_holds_for_ever(
    waiting: Shop, order: Steps
) -> None:
    """Whatever is captured or replayed afterwards, in whatever order."""
    await capture(waiting, Context(consent=DENIED))
    await waiting.take(delivery(PAID))
    for step in order:
        if step == "denial":
            await capture(waiting, Context(consent=DENIED))
        elif step == "later grant":
            later = replace(DENIED, analytics=Choice.GRANTED)
            await capture(waiting, replace(SEEN, consent=later))
        else:
            await step(waiting)  # type: ignore[operator]

    assert waiting.ga4.bodies == []


@in_a_loop
async def test_a_denial_comes_with_the_context_at_last(waiting: Shop) -> None:
    """What waited stays, for good."""
    await waiting.take(delivery(PAID))

    (outcome,) = await capture(waiting, replace(SEEN, consent=DENIED))
    granted = Consent(Choice.GRANTED, analytics_at=NOW.replace(hour=13))
    again = await capture(waiting, replace(SEEN, consent=granted))
    await operator(waiting)

    assert (outcome.result, outcome.reason) == (Result.WITHHELD, "analytics consent denied")
    assert again == []
    assert waiting.ga4.bodies == []


@in_a_loop
async def test_what_ga4_refused_is_sent_again_when_the_operator_says_so(opened: Opened) -> None:
    """Under its own key, and not once more."""
    shop = opened(400, 204)
    await shop.take(delivery(PAID))
    rejected = await shop.settled()

    outcome = await replay(shop).again(rejected)
    once_more = await replay(shop).again(await shop.settled())

    assert outcome is not None
    assert outcome.result is Result.DELIVERED
    assert once_more is None
    assert (await shop.settled()).attempt == 2
    assert len(shop.ga4.bodies) == 2


@in_a_loop
async def test_what_would_be_sent_can_be_looked_at(waiting: Shop) -> None:
    """Exactly, and nothing is changed by looking."""
    await waiting.take(delivery(PAID))
    entry = await waiting.settled()

    before = await replay(waiting).shown(entry)
    await waiting.payments.history.stores.contexts.put(["cs_test_1"], SEEN, now=NOW)
    after = await replay(waiting).shown(entry)

    assert before == NotSent(State.WITHHELD, "no client is known", waits=True)
    assert isinstance(after, Prepared)
    assert (await waiting.settled(), waiting.ga4.bodies) == (entry, [])
    await replay(waiting).again(entry)
    assert len(waiting.ga4.bodies) == 1


@in_a_loop
async def test_a_record_nobody_can_read_is_not_told(waiting: Shop) -> None:
    """Nothing is sent that was not understood."""
    await waiting.take(delivery(PAID))
    entry = await waiting.settled()

    for record in (None, b"", b"{}", b"\xff", b'{"conversion":{},"mp_source":"x"}'):
        assert await replay(waiting).again(replace(entry, replay=record)) is None
    assert waiting.ga4.bodies == []


@in_a_loop
async def test_the_renewals_of_a_customer_learn_what_a_purchase_learned_late(
    waiting: Shop,
) -> None:
    """The context is remembered under the customer, as if it had come in time."""
    await waiting.take(delivery(event(checkout_session(customer="cus_9"))))
    await capture(waiting)

    stored_context = await waiting.payments.history.stores.contexts.get(["cus_9"])

    assert stored_context is not None
    assert stored_context.client_id == CLIENT_ID


@in_a_loop
async def test_consent_is_kept_in_the_ledger_as_it_was_known(opened: Opened) -> None:
    """Each of the three, exactly; what nobody knew is not invented."""
    shop = opened()
    answers = {"ga_client_id": CLIENT_ID, "ga_consent_ad_user_data": "denied"}
    await shop.take(delivery(event(metadata(answers))))

    fact = (await shop.settled()).fact

    assert (fact.consent, fact.context_source, fact.attribution) == (
        Consent(None, Choice.DENIED, None),
        "event",
        "client",
    )


@in_a_loop
async def test_a_rejected_entry_loses_its_buyer_once_a_replay_hears_of_a_denial(
    opened: Opened,
) -> None:
    """It is never sent, and from then on holds references, answers and money alone."""
    shop = opened(LATE_EVENTS="reject")
    shop.clock.advance(4 * 86_400)
    metadata = {"ga_client_id": CLIENT_ID, "ga_user_id": "canary"}
    paid = delivery(event(checkout_session(metadata=metadata)), at=int(shop.clock().timestamp()))
    rejected = await shop.take(paid)
    before = await shop.settled()
    assert rejected.result is Result.REJECTED
    assert before.replay is not None
    assert b"canary" in before.replay

    await capture(shop, Context(consent=DENIED))
    outcome = await replay(shop).again(before)
    after = await shop.settled()

    assert outcome is not None
    assert (outcome.result, after.state) == (Result.WITHHELD, State.WITHHELD)
    assert after.replay is not None
    assert b"canary" not in after.replay
    assert CLIENT_ID.encode() not in after.replay
    assert await replay(shop).again(after) is None
    assert shop.ga4.bodies == []
