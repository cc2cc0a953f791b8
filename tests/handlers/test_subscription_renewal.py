"""Messages of the renewals topic: whose they are, what they are, and how often they are told."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.domain.conversion import Kind
from shared.errors import SignatureError, UnavailableError
from shared.handlers import google_play as play
from shared.messages.billing_event import BillingEvent, read_billing_event
from shared.messages.play_notification import PlayNotification
from shared.outcome import Result
from tests.providers.stripe.shapes import new_invoice
from tests.support.billing_json import billing_event, renewal
from tests.support.builders import CLIENT_ID
from tests.support.loop import in_a_loop
from tests.support.pushing import push
from tests.support.shop import Shop
from tests.support.stripe_json import Json

Opened = Callable[..., Shop]
DEAD = "projects/shop/topics/dead"
PLAY: Json = {
    "version": "1.0",
    "packageName": "com.example.app",
    "eventTimeMillis": "1795435200000",
    "subscriptionNotification": {
        "version": "1.0",
        "notificationType": 2,
        "purchaseToken": "token-1",
    },
}


class Api:
    """A Play Developer API that knows one purchase.

    Attributes:
        asked: The tokens it was asked for.
    """

    def __init__(self, answer: BillingEvent | None) -> None:
        self._answer = answer
        self.asked: list[str] = []

    async def look_up(self, notification: PlayNotification) -> BillingEvent | None:
        """Return what it knows."""
        self.asked.append(notification.purchase_token)
        return self._answer


def sent(shop: Shop) -> list[Any]:
    """Return every event GA4 got."""
    return [event for body in shop.ga4.bodies for event in body["events"]]


@in_a_loop
async def test_a_renewal_is_tied_to_who_subscribed_and_joins_no_session(opened: Opened) -> None:
    """The first payment brought the browser's id; the renewal finds it by the subscription."""
    shop = opened()
    first = billing_event(
        type="subscription.started", transaction_id="INV-1", subscription_id="sub_1"
    )
    await push(shop.renewals(), first)
    outcome = await push(shop.renewals(), renewal(analytics=None))

    assert outcome.result is Result.DELIVERED
    event = sent(shop)[1]
    assert shop.ga4.bodies[1]["client_id"] == CLIENT_ID
    assert event["params"]["purchase_type"] == "subscription_renewal"
    assert event["params"]["renewal_number"] == 7
    assert event["params"]["mp_source"] == "subscription_renewal"
    assert "session_id" not in event["params"]


@in_a_loop
async def test_a_renewal_has_the_operators_name_and_a_first_payment_has_not(
    opened: Opened,
) -> None:
    """Acquisition stays readable."""
    shop = opened(RENEWAL_EVENT_NAME="subscription_renewal")
    await push(shop.renewals(), billing_event())
    await push(shop.renewals(), renewal())

    assert [event["name"] for event in sent(shop)] == ["purchase", "subscription_renewal"]


@in_a_loop
async def test_a_message_is_told_once_however_often_it_comes(opened: Opened) -> None:
    """Pub/Sub delivers at least once, and publishers publish again."""
    shop = opened()
    results = [
        (await push(shop.renewals(), renewal(event_id=name))).result for name in ("a", "a", "b")
    ]

    assert results == [Result.DELIVERED, Result.DUPLICATE, Result.DUPLICATE]
    assert len(sent(shop)) == 1


@pytest.mark.parametrize("wrap", [lambda event: event, lambda event: {"detail": event}])
@in_a_loop
async def test_a_stripe_event_is_known_by_its_shape(
    wrap: Callable[[Json], Json], opened: Opened
) -> None:
    """Forwarded as it is, or inside an event bus's detail."""
    invoice = new_invoice(billing_reason="subscription_cycle")
    event = {
        "object": "event",
        "id": "evt_1",
        "type": "invoice.paid",
        "created": 1,
        "livemode": True,
        "data": {"object": invoice},
    }
    shop = opened()
    outcome = await push(shop.renewals(), wrap(event))

    assert outcome.result is Result.DELIVERED
    assert sent(shop)[0]["params"]["purchase_type"] == "subscription_renewal"


@in_a_loop
async def test_shopifys_own_delivery_is_known_by_its_attributes(opened: Opened) -> None:
    """Its topic and id are attributes; one that is not money is ignored."""
    shop = opened()
    attributes = {"X-Shopify-Topic": "orders/create", "X-Shopify-Event-Id": "e1"}
    outcome = await push(shop.renewals(), {"id": 1}, attributes=attributes)

    assert (outcome.result, outcome.reason) == (
        Result.IGNORED,
        "event type is not the source of any money",
    )


@in_a_loop
async def test_google_play_without_a_look_up_is_withheld_with_its_reason(opened: Opened) -> None:
    """A purchase of zero would count as an order."""
    shop = opened()
    outcome = await push(shop.renewals(), PLAY)

    assert (outcome.result, outcome.reason) == (Result.WITHHELD, play.NO_API)
    assert sent(shop) == []


@in_a_loop
async def test_google_play_is_looked_up_where_that_is_possible(opened: Opened) -> None:
    """Then it is a renewal as any other, once."""
    given = renewal(provider="google_play", transaction_id="GPA.1..7")
    api = Api(read_billing_event(json.dumps(given).encode()))
    shop = opened()
    results = [(await push(shop.renewals(api), PLAY)).result for _ in range(2)]

    assert results == [Result.DELIVERED, Result.DUPLICATE]
    assert sent(shop)[0]["params"]["transaction_id"] == "GPA.1..7"
    assert api.asked == ["token-1", "token-1"]
    assert (await push(shop.renewals(Api(None)), PLAY)).reason == play.NOT_FOUND


@pytest.mark.parametrize(
    ("fields", "result", "reason"),
    [
        ({"testNotification": {"version": "1.0"}}, Result.IGNORED, "test notification"),
        ({}, Result.IGNORED, "nobody knows"),
        (
            {"subscriptionNotification": {"notificationType": 3, "purchaseToken": "t"}},
            Result.IGNORED,
            "without money",
        ),
        (
            {"subscriptionNotification": {"notificationType": 99, "purchaseToken": "t"}},
            Result.IGNORED,
            "nobody knows",
        ),
        (
            {"oneTimeProductNotification": {"notificationType": 1, "purchaseToken": "t"}},
            Result.WITHHELD,
            play.NO_API,
        ),
        (
            {"voidedPurchaseNotification": {"purchaseToken": "t", "orderId": "o", "refundType": 2}},
            Result.WITHHELD,
            play.PART,
        ),
        (
            {"voidedPurchaseNotification": {"purchaseToken": "t", "orderId": "o", "refundType": 1}},
            Result.WITHHELD,
            play.NO_ORDER,
        ),
        ({"eventTimeMillis": "soon"}, Result.REJECTED, "eventTimeMillis: not Unix milliseconds"),
        (
            {"subscriptionNotification": {"notificationType": 2}},
            Result.REJECTED,
            "subscriptionNotification.purchaseToken: missing, expected text of 1 to 255 characters",
        ),
    ],
)
@in_a_loop
async def test_every_kind_of_play_notification_has_its_end(
    fields: Json, result: Result, reason: str, opened: Opened
) -> None:
    """None is a purchase of zero, and none is retried for ever."""
    shop = opened()
    bare = {key: PLAY[key] for key in ("version", "packageName", "eventTimeMillis")}
    outcome = await push(shop.renewals(), {**bare, **fields})

    assert outcome.result is result
    assert reason in (outcome.reason or "")
    assert sent(shop) == []


@in_a_loop
async def test_a_voided_order_that_is_known_is_refunded_in_full(opened: Opened) -> None:
    """Its money is the order's."""
    shop = opened()
    await push(shop.renewals(), renewal(provider="google_play", transaction_id="GPA.1"))
    voided = {"purchaseToken": "t", "orderId": "GPA.1", "refundType": 1}
    outcome = await push(
        shop.renewals(),
        {**PLAY, "subscriptionNotification": None, "voidedPurchaseNotification": voided},
    )

    assert outcome.result is Result.DELIVERED
    purchase, refund = sent(shop)
    assert refund["name"] == Kind.REFUND
    assert refund["params"]["value"] == purchase["params"]["value"]
    assert refund["params"]["transaction_id"] == "GPA.1"


EVERY_FAULT = (
    "event_id: expected text of 1 to 128 characters; "
    "money.currency: not an active ISO 4217 currency; "
    "money.total: expected an amount in major units as text"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff", "body: JSON is malformed"),
        (b"{}", "schema: neither a billing event"),
        (b'{"schema": "billing-event/2"}', "schema: not billing-event/1"),
        (b'{"object": "event"}', "data: "),
        (
            json.dumps(renewal(event_id="", money={"currency": "XXX", "total": 5})).encode(),
            EVERY_FAULT,
        ),
        (
            json.dumps(renewal(subscription_id=None, money=None)).encode(),
            "subscription_id: missing; money: missing",
        ),
    ],
)
@in_a_loop
async def test_poison_is_dead_lettered_at_once_with_its_reason(
    data: bytes, reason: str, opened: Opened
) -> None:
    """As it was, its own attributes kept and no data among ours."""
    shop = opened(DEAD_LETTER_TOPIC=DEAD)
    outcome = await push(shop.renewals(), data, attributes={"type": "x", "googclient": "y"})
    ((topic, buried, attributes),) = shop.topics.messages

    assert outcome.result is Result.REJECTED
    assert (topic, buried) == (DEAD, data)
    assert attributes["dead_letter_reason"].startswith(reason)
    assert attributes["dead_letter_function"] == "subscription_renewal"
    assert attributes["dead_letter_message_id"] == "1"
    assert attributes["type"] == "x"
    assert "googclient" not in attributes


@in_a_loop
async def test_a_dead_letter_that_cannot_be_published_comes_again(opened: Opened) -> None:
    """Nothing is lost silently: Pub/Sub keeps the message until the topic is back."""
    shop = opened(DEAD_LETTER_TOPIC=DEAD)
    shop.topics.away = True
    with pytest.raises(UnavailableError):
        await push(shop.renewals(), b"{}")
    shop.topics.away = False

    assert (await push(shop.renewals(), b"{}")).result is Result.REJECTED
    assert len(shop.topics.messages) == 1


@in_a_loop
async def test_without_a_dead_letter_topic_the_ledger_keeps_it(opened: Opened) -> None:
    """The reason stands there."""
    shop = opened()
    outcome = await push(shop.renewals(), renewal(money=None))
    entry = await shop.settled("internal:bev_2", "unreadable")

    assert outcome.result is Result.REJECTED
    assert entry.reason == "money: missing"
    assert shop.topics.messages == []


@in_a_loop
async def test_a_push_without_the_token_is_nobodys(opened: Opened) -> None:
    """Nothing is stored or dead-lettered; a rotated token is read again."""
    shop = opened(DEAD_LETTER_TOPIC=DEAD)
    shop.write("push", "t0ken")
    shop.environment["PUSH_TOKEN"] = f"file:{shop.folder}/push"
    for wrong in ("", "t0ke", "T0ken", "ä"):
        with pytest.raises(SignatureError):
            await push(shop.renewals(), renewal(), token=wrong)

    assert (await push(shop.renewals(), renewal(), token="t0ken")).result is Result.DELIVERED
    shop.write("push", "another")
    shop.clock.advance(11)
    assert (await push(shop.renewals(), renewal(), token="another")).result is Result.DUPLICATE
    assert shop.topics.messages == []


@in_a_loop
async def test_test_messages_are_ignored_unless_they_are_wanted(opened: Opened) -> None:
    """They are no money."""
    shop = opened()

    assert (await push(shop.renewals(), renewal(environment="test"))).reason == "test mode"
