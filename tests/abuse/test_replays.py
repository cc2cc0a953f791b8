"""Somebody got hold of genuine deliveries, and repeats them: late, or under another topic."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.functions.running import GA4, SIGNING_SECRET, Webhook
from tests.support import billing_json, shopify_json, stripe_json
from tools.traffic import paddle_objects
from tools.traffic.request import Json, Request, signature_headers

Record = Any

_STANDARD: Final = "whsec_c2VjcmV0LW9mLXRoZS1zaG9wLWZvci1iaWxsaW5nIQ=="


@pytest.fixture(scope="module")
def webhook(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """The payment webhook with every provider."""
    with webhook_of(tmp_path_factory.mktemp("webhook"), ga4) as process:
        yield process


def webhook_of(folder: Path, ga4: GA4, **more: str) -> Webhook:
    """Return the payment webhook with every provider, and some settings more."""
    for name, secret in (("secret", SIGNING_SECRET), ("standard", _STANDARD)):
        (folder / name).write_text(secret, encoding="utf-8")
    providers = {
        name: {"secret": f"file:{folder / ('standard' if name == 'standard' else 'secret')}"}
        for name in ("stripe", "paddle", "shopify", "standard")
    }
    settings = {"PAYMENT_PROVIDERS": json.dumps(providers), "UNKNOWN_REFUNDS": "send", **more}
    return Webhook(folder, ga4.url, settings=settings)


@pytest.fixture(autouse=True)
def forgotten(ga4: GA4) -> None:
    """Begin with nothing sent."""
    ga4.forget()


def days_ago(days: float) -> str:
    """Return a time as Shopify writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def shopify(webhook: Webhook, document: Json, topic: str, **headers: str) -> tuple[int, str]:
    """Deliver what Shopify signed, under any topic; return status and outcome."""
    body = json.dumps(document).encode()
    named = {
        **signature_headers("shopify", body, SIGNING_SECRET, now=0),
        "x-shopify-topic": topic,
        "x-shopify-event-id": "event-of-somebody",
        "x-shopify-triggered-at": days_ago(0),
        **headers,
    }
    answer = webhook.request("POST", "/shopify", content=body, headers=named)
    return answer.status_code, answer.json()["outcome"]


def order(number: int, days: float, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a paid order of some days ago."""
    made = days_ago(days)
    usual = {"id": number, "checkout_token": f"ck_{number}", "updated_at": made}
    return shopify_json.order(**{**usual, "processed_at": made, "created_at": made, **fields})


def refund(number: int, days: float, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of some days ago."""
    made = days_ago(days)
    return shopify_json.refund(
        **{"id": number, "order_id": 1, "processed_at": made, "created_at": made, **fields}
    )


@pytest.mark.parametrize(
    ("document", "topic"),
    [(order(101, 91), "orders/paid"), (refund(102, 91), "refunds/create")],
    ids=["a payment", "a refund"],
)
def test_what_the_ledger_has_forgotten_is_refused(
    document: Json, topic: str, ga4: GA4, webhook: Webhook
) -> None:
    """Shopify signs no time: the body's own counts, whatever the header says."""
    rows = webhook.ledger.rows

    assert shopify(webhook, document, topic) == (400, "bad_signature")
    assert webhook.ledger.rows == rows
    assert ga4.events == []


def test_what_the_ledger_remembers_is_a_duplicate(ga4: GA4, webhook: Webhook) -> None:
    """Up to then; an old order that was paid now is new."""
    paid_late = order(111, 200, updated_at=days_ago(0))
    for document in (order(112, 89), paid_late):
        assert shopify(webhook, document, "orders/paid") == (200, "delivered")
        assert shopify(webhook, document, "orders/paid") == (200, "duplicate")
    assert len(ga4.events) == 2


@pytest.mark.parametrize(("days", "remembered"), [("60", 59), ("800", 89)])
def test_a_setting_says_how_long_the_ledger_remembers(
    days: str, remembered: int, ga4: GA4, tmp_path: Path
) -> None:
    """Never longer than 90 days: entries from before a raise end when they were going to."""
    with webhook_of(tmp_path, ga4, LEDGER_RETENTION_DAYS=days) as webhook:
        recent, old = order(121, remembered), order(122, remembered + 2)

        assert shopify(webhook, recent, "orders/paid") == (200, "delivered")
        assert shopify(webhook, recent, "orders/paid") == (200, "duplicate")
        assert shopify(webhook, old, "orders/paid") == (400, "bad_signature")


@pytest.mark.parametrize(
    ("document", "topic", "outcome"),
    [
        pytest.param(
            {"id": 7, "status": "completed", "total_price": "27.60", "currency": "EUR"},
            "orders/paid",
            "ignored",
            id="a draft order",
        ),
        pytest.param(
            order(8, 0, admin_graphql_api_id="gid://shopify/DraftOrder/8"),
            "orders/paid",
            "ignored",
            id="a draft order that looks paid",
        ),
        pytest.param(order(9, 0, financial_status=None), "orders/paid", "rejected", id="not paid"),
        pytest.param(order(10, 0), "refunds/create", "ignored", id="an order as a refund"),
        pytest.param(refund(11, 0), "orders/paid", "ignored", id="a refund as an order"),
    ],
)
def test_another_topic_makes_nothing_else_of_it(
    document: Json, topic: str, outcome: str, ga4: GA4, webhook: Webhook
) -> None:
    """Nothing signs the topic: the body decides what it is."""
    assert shopify(webhook, document, topic) == (200, outcome)
    assert ga4.events == []


def from_stripe() -> Request:
    """A delivery of Stripe's."""
    session = stripe_json.checkout_session(id="cs_live_9", payment_intent="pi_9")
    event = stripe_json.event(session, created=int(time.time()))
    return Request("stripe", stripe_json.as_bytes(event))


def from_paddle() -> Request:
    """The same of Paddle's."""
    bought = paddle_objects.transaction(id="txn_9")
    event = paddle_objects.event(bought, event_id="evt_9", occurred_at=days_ago(0))
    return Request("paddle", json.dumps(event).encode())


def from_standard() -> Request:
    """The same of a sender of Standard Webhooks."""
    event = billing_json.billing_event(transaction_id="STD-9", occurred_at=days_ago(0))
    return Request("standard", json.dumps(event).encode())


def signed(request: Request, *, age: int) -> Request:
    """Sign as its sender does, some seconds ago."""
    secret = _STANDARD if request.sender == "standard" else SIGNING_SECRET
    return request.signed(secret, now=int(time.time()) - age)


def post(webhook: Webhook, request: Request) -> httpx.Response:
    """Post what is signed."""
    headers = request.headers
    return webhook.request("POST", f"/{request.sender}", content=request.body, headers=headers)


@pytest.mark.parametrize("request_of", [from_stripe, from_paddle, from_standard])
@pytest.mark.parametrize("age", [301, -310, 86_400, 91 * 86_400])
def test_a_signed_time_ends_a_copy_within_minutes(
    request_of: Callable[[], Request],
    age: int,
    ga4: GA4,
    webhook: Webhook,
) -> None:
    """Everybody else signs the time of each attempt."""
    answer = post(webhook, signed(request_of(), age=age))

    assert (answer.status_code, answer.json()["outcome"]) == (400, "bad_signature")
    assert ga4.events == []


@pytest.mark.parametrize("request_of", [from_stripe, from_paddle, from_standard])
def test_a_copy_within_minutes_is_a_duplicate(
    request_of: Callable[[], Request],
    ga4: GA4,
    webhook: Webhook,
    record_property: Record,
) -> None:
    """However many times it is repeated."""
    request = signed(request_of(), age=0)
    outcomes = [post(webhook, request).json()["outcome"] for _ in range(100)]

    record_property("figure", f"one delivery repeated 100 times: {len(ga4.events)} event sent")
    assert outcomes == ["delivered", *["duplicate"] * 99]
    assert len(ga4.events) == 1
