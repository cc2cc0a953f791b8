"""Somebody got hold of genuine deliveries, and repeats them: late, or under another topic."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from tests.functions.running import GA4, SIGNING_SECRET, Webhook
from tests.support import billing_json, paddle_json, shopify_json, stripe_json
from tools.signing import standard_signature, stripe_signature

Json = dict[str, Any]
Record = Any

_KEY: Final = SIGNING_SECRET.encode()
_STANDARD: Final = "whsec_c2VjcmV0LW9mLXRoZS1zaG9wLWZvci1iaWxsaW5nIQ=="


@pytest.fixture(scope="module")
def webhook(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """The payment webhook with every provider."""
    folder = tmp_path_factory.mktemp("webhook")
    for name, secret in (("secret", SIGNING_SECRET), ("standard", _STANDARD)):
        (folder / name).write_text(secret, encoding="utf-8")
    providers = {
        name: {"secret": f"file:{folder / ('standard' if name == 'standard' else 'secret')}"}
        for name in ("stripe", "paddle", "shopify", "standard")
    }
    settings = {"PAYMENT_PROVIDERS": json.dumps(providers), "UNKNOWN_REFUNDS": "send"}
    with Webhook(folder, ga4.url, settings=settings) as process:
        yield process


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
    signature = base64.b64encode(hmac.digest(_KEY, body, hashlib.sha256)).decode()
    named = {
        "x-shopify-hmac-sha256": signature,
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


def stripe_told(age: int) -> tuple[str, bytes, Mapping[str, str]]:
    """A delivery of Stripe's, signed some seconds ago."""
    session = stripe_json.checkout_session(id="cs_live_9", payment_intent="pi_9")
    body = stripe_json.as_bytes(stripe_json.event(session, created=int(time.time())))
    signature = stripe_signature(body, [SIGNING_SECRET], timestamp=int(time.time()) - age)
    return "/stripe", body, {"stripe-signature": signature}


def paddle_told(age: int) -> tuple[str, bytes, Mapping[str, str]]:
    """The same of Paddle's."""
    document = {
        "event_id": "evt_9",
        "event_type": "transaction.completed",
        "occurred_at": days_ago(0),
        "notification_id": "ntf_9",
        "data": paddle_json.transaction(id="txn_9"),
    }
    body, at = json.dumps(document).encode(), int(time.time()) - age
    digest = hmac.new(_KEY, b"%d:" % at + body, hashlib.sha256).hexdigest()
    return "/paddle", body, {"paddle-signature": f"ts={at};h1={digest}"}


def standard_told(age: int) -> tuple[str, bytes, Mapping[str, str]]:
    """The same of a sender of Standard Webhooks."""
    event = billing_json.billing_event(transaction_id="STD-9", occurred_at=days_ago(0))
    body, at = json.dumps(event).encode(), int(time.time()) - age
    signature = standard_signature(body, _STANDARD, name="msg_9", timestamp=at)
    named = {"webhook-id": "msg_9", "webhook-timestamp": str(at), "webhook-signature": signature}
    return "/standard", body, named


@pytest.mark.parametrize("told", [stripe_told, paddle_told, standard_told])
@pytest.mark.parametrize("age", [301, -310, 86_400, 91 * 86_400])
def test_a_signed_time_ends_a_copy_within_minutes(
    told: Any,  # noqa: ANN401 - one of three
    age: int,
    ga4: GA4,
    webhook: Webhook,
) -> None:
    """Everybody else signs the time of each attempt."""
    path, body, headers = told(age)
    answer = webhook.request("POST", path, content=body, headers=headers)

    assert (answer.status_code, answer.json()["outcome"]) == (400, "bad_signature")
    assert ga4.events == []


@pytest.mark.parametrize("told", [stripe_told, paddle_told, standard_told])
def test_a_copy_within_minutes_is_a_duplicate(
    told: Any,  # noqa: ANN401 - one of three
    ga4: GA4,
    webhook: Webhook,
    record_property: Record,
) -> None:
    """However many times it is repeated."""
    path, body, headers = told(0)
    outcomes = [
        webhook.request("POST", path, content=body, headers=headers).json()["outcome"]
        for _ in range(100)
    ]

    record_property("figure", f"one delivery repeated 100 times: {len(ga4.events)} event sent")
    assert outcomes == ["delivered", *["duplicate"] * 99]
    assert len(ga4.events) == 1
