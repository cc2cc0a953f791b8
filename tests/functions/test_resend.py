"""A purchase whose answer was lost is sent again as it was, whoever its buyer turns out to be."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest

from tests.functions.capturing import Capturing
from tests.functions.running import GA4, SIGNING_SECRET, Webhook
from tests.providers.stripe.shapes import new_invoice
from tests.support import billing_json, shopify_json, stripe_json
from tools.traffic import paddle_objects
from tools.traffic.request import Request

_STANDARD: Final = "whsec_c2VjcmV0LW9mLXRoZS1zaG9wLWZvci1iaWxsaW5nIQ=="
_CLIENT: Final = "777.1764000000"


def _now() -> datetime:
    return datetime.now(UTC)


def _stripe(subject: Any, kind: str, name: str) -> Request:  # noqa: ANN401 - JSON
    seconds = int(_now().timestamp())
    event = stripe_json.event(subject, kind, id=f"evt_{name}", created=seconds)
    return Request("stripe", json.dumps(event).encode())


def session() -> Request:
    """A Checkout session."""
    paid = stripe_json.checkout_session(id="cs_r1", payment_intent="pi_r1", metadata={})
    return _stripe({**paid, "customer": "cus_r1"}, "checkout.session.completed", "r1")


def intent() -> Request:
    """A payment intent of the shop's own."""
    own = {"customer": "cus_r2", "latest_charge": "ch_r2"}
    paid = stripe_json.payment_intent(id="pi_r2", metadata={}, **own)
    return _stripe(paid, "payment_intent.succeeded", "r2")


def renewal() -> Request:
    """An invoice of a subscription's cycle."""
    details = {"subscription": "sub_r3", "metadata": {}}
    paid = new_invoice(
        id="in_r3",
        customer="cus_r3",
        billing_reason="subscription_cycle",
        status_transitions={"paid_at": int(_now().timestamp())},
        parent={"type": "subscription_details", "subscription_details": details},
    )
    return _stripe(paid, "invoice.paid", "r3")


def paddle() -> Request:
    """A transaction of Paddle's."""
    bought = paddle_objects.transaction(
        id="txn_r4", customer_id="ctm_r4", custom_data=None, invoice_id=None, subscription_id=None
    )
    told = paddle_objects.event(bought, event_id="evt_r4", occurred_at=_now().isoformat())
    return Request("paddle", json.dumps(told).encode())


def shopify() -> Request:
    """An order of Shopify's."""
    times = dict.fromkeys(("updated_at", "processed_at", "created_at"), _now().isoformat())
    whose = {"customer": {"id": 75}, "note_attributes": [], "checkout_token": "ck_r5"}
    order = shopify_json.order(id=75_000, **times, **whose)
    headers = {"x-shopify-topic": "orders/paid", "x-shopify-event-id": "e-r5"}
    return Request("shopify", json.dumps(order).encode(), headers)


def standard() -> Request:
    """A billing event."""
    told = billing_json.billing_event(
        event_id="e-r6",
        transaction_id="T-r6",
        customer_id="c-r6",
        analytics=None,
        occurred_at=_now().isoformat(),
    )
    return Request("standard", json.dumps(told).encode())


# The event, what a capture finds its order by, and the transaction id GA4 has it under.
_CASES: Final[dict[str, tuple[Callable[[], Request], str, str]]] = {
    "Stripe session": (session, "cs_r1", "pi_r1"),
    "Stripe intent": (intent, "pi_r2", "pi_r2"),
    "Stripe renewal": (renewal, "sub_r3", "in_r3"),
    "Paddle": (paddle, "txn_r4", "txn_r4"),
    "Shopify": (shopify, "75000", "75000"),
    "Standard": (standard, "T-r6", "T-r6"),
}


@pytest.fixture(scope="module")
def webhook(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """The webhook with every provider; nothing waits for an owner."""
    folder = tmp_path_factory.mktemp("resend")
    providers: dict[str, Any] = {}
    for name in ("stripe", "paddle", "shopify", "standard"):
        secret = _STANDARD if name == "standard" else SIGNING_SECRET
        (folder / name).write_text(secret, encoding="utf-8")
        providers[name] = {"secret": f"file:{folder / name}"}
    providers["stripe"]["payment_intents"] = True
    settings = {"PAYMENT_PROVIDERS": json.dumps(providers), "OWNER_WAIT_SECONDS": "0"}
    with Webhook(folder, ga4.url, settings=settings) as process:
        yield process


@pytest.fixture(scope="module")
def capture(
    ga4: GA4, webhook: Webhook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Capturing]:
    """What the shop's backend posts to, over the same store."""
    folder = tmp_path_factory.mktemp("capture")
    with Capturing(folder, ga4.url, store=webhook.ledger.path) as process:
        yield process


def _post(webhook: Webhook, request: Request) -> httpx.Response:
    secret = _STANDARD if request.sender == "standard" else SIGNING_SECRET
    signed = request.signed(secret, now=int(_now().timestamp()))
    path = f"/{request.sender}"
    return webhook.request("POST", path, content=request.body, headers=signed.headers)


@pytest.mark.parametrize("case", _CASES)
def test_a_resend_repeats_what_was_sent(
    case: str, ga4: GA4, webhook: Webhook, capture: Capturing
) -> None:
    """Under another client, which a capture brought meanwhile, it would be a second sale."""
    request_of, reference, order = _CASES[case]
    request = request_of()
    ga4.misbehave(drop_after_read=True)
    lost = _post(webhook, request)
    assert (lost.status_code, lost.json()["outcome"]) == (503, "uncertain"), lost.text

    seen = {"references": [reference], "client_id": _CLIENT}
    assert capture.sign(seen).json()["outcome"] == "stored"
    ga4.misbehave()
    again = _post(webhook, request)

    assert again.json()["outcome"] == "delivered"
    assert _post(webhook, request).json()["outcome"] == "duplicate"
    bodies = [event["body"] for event in ga4.about(order)]
    assert len(bodies) > 1
    assert bodies == [bodies[0]] * len(bodies)
    assert bodies[0]["client_id"] != _CLIENT
    assert [row["state"] for row in webhook.ledger.about(order)] == ["delivered"]
