"""Every object of Stripe's own fixtures in every event: nothing fails, nothing is made up.

The objects come from stripe/openapi and stay out of the repository. They are shapes, not stories:
amounts are often null, and a real object never meant an event of another kind.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.functions import stripe_events as stripe
from tests.functions.running import GA4, Json, Webhook
from tests.support.places import beside

MONEY: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "payment_intent.succeeded",
)
OTHERS: Final = ("charge.succeeded", "invoice.paid", "refund.created", "{object}.updated")
# The gates that keep an unpaid object from being read as money; here they stand open.
OPEN: Final = {"mode": "payment", "payment_status": "paid", "status": "succeeded"}


@pytest.fixture(scope="module")
def objects() -> list[Json]:
    """Stripe's 176 objects."""
    text = beside("data/stripe/fixtures3.json").read_text(encoding="utf-8")
    found: list[Json] = list(json.loads(text)["resources"].values())
    assert len(found) == 176
    return found


@pytest.fixture(scope="module")
def webhook(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """A webhook that takes test events, and payment intents as money."""
    with Webhook(
        tmp_path_factory.mktemp("fixtures"),
        ga4.url,
        settings={"ACCEPT_TEST_EVENTS": "true"},
        options={"payment_intents": True},
    ) as process:
        yield process
    ga4.forget()


def sender(webhook: Webhook, subject: Json, kind: str) -> Json:
    """Deliver an object in an event; the answer is always a clear one."""
    answer = webhook.post(stripe.event(subject, kind, livemode=False))
    assert answer.status_code in {200, 409}, (kind, subject.get("object"), answer.text)
    document: Json = answer.json()
    # A refund of this moment whose purchase may still come has to wait for it.
    waiting = {"pending"} if kind.startswith("refund.") else set()
    assert document["outcome"] in {"delivered", "duplicate", "ignored", "rejected"} | waiting
    return document


def test_no_object_fails_or_becomes_money(objects: list[Json], ga4: GA4, webhook: Webhook) -> None:
    """As they are, none is a paid session or a succeeded intent; a refund did succeed."""
    for subject in objects:
        for kind in (*MONEY, *OTHERS):
            name = kind.format(object=subject.get("object", "object"))
            document = sender(webhook, subject, name)
            refunded = kind == "refund.created" and subject.get("object") == "refund"
            assert refunded or document["outcome"] != "delivered", (kind, subject)

    assert {event["body"]["events"][0]["name"] for event in ga4.events} <= {"refund"}


def test_no_object_becomes_a_purchase_of_nothing(
    objects: list[Json], ga4: GA4, webhook: Webhook
) -> None:
    """Even taken for paid and succeeded, what is sent is money: positive, with its currency."""
    for subject in objects:
        for kind in MONEY:
            opened = {**subject, **OPEN, "id": f"{subject.get('object')}_{kind}"}
            sender(webhook, opened, kind)
            without = {name: None if "amount" in name else v for name, v in opened.items()}
            assert sender(webhook, without, kind)["outcome"] != "delivered"
            nothing = {name: 0 if "amount" in name else v for name, v in opened.items()}
            assert sender(webhook, nothing, kind)["outcome"] != "delivered"

    for event in ga4.events:
        assert_is_money(event)


def assert_is_money(event: Json) -> None:
    """It is a purchase with a positive value in a currency, and GA4's rules find no error."""
    (sent,) = event["body"]["events"]
    params: dict[str, Any] = sent["params"]
    assert sent["name"] in {"purchase", "refund"}
    assert params["value"] > 0
    assert len(params["currency"]) == 3
    assert params["transaction_id"]
    assert [found for found in event["findings"] if found["level"] == "error"] == []
