"""A signed payment becomes exactly one purchase, through real processes and real HTTP."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from tests.functions import stripe_events as stripe
from tests.functions.running import GA4, MEASUREMENT_ID, Json, Webhook, eventually, signed

EUR: Json = {
    "client_id": "1170316824.1700000000",
    "user_id": "u-77",
    "consent": {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    "events": [
        {
            "name": "purchase",
            "params": {
                "transaction_id": "ORD-EUR",
                "currency": "EUR",
                "value": 18,
                "tax": Decimal("4.6"),
                "shipping": 5,
                "coupon": "SUMMER",
                "purchase_type": "one_time",
                "page_location": "https://shop.example.com/thanks",
                "session_number": 3,
                "engagement_time_msec": 1,
                "mp_source": "payment_webhook",
                "mp_attribution": "session",
            },
        }
    ],
}

JPY: Json = {
    "client_id": "1170316824.1700000000",
    "events": [
        {
            "name": "purchase",
            "params": {
                "transaction_id": "pi_JPY",
                "currency": "JPY",
                "value": 1800,
                "tax": 180,
                "shipping": 0,
                "purchase_type": "one_time",
                "mp_source": "payment_webhook",
                "mp_attribution": "client",
            },
        }
    ],
}

KWD: Json = {
    # Made from the customer `cus_unseen` for this stream: whoever it is stays one user.
    "client_id": "418630144.1318360808",
    "events": [
        {
            "name": "purchase",
            "params": {
                "transaction_id": "ORD-KWD",
                "currency": "KWD",
                "value": Decimal("12.34"),
                "tax": Decimal("0.01"),
                "shipping": Decimal("1.5"),
                "purchase_type": "one_time",
                "mp_source": "payment_webhook",
                "mp_attribution": "generated",
            },
        }
    ],
}


def eur(visit_began: int) -> dict[str, Any]:
    """A session in euros, with all that a page can know."""
    return stripe.session(
        "EUR",
        discounts=[{"coupon": "co_1", "promotion_code": {"id": "promo_1", "code": "SUMMER"}}],
        metadata={
            "ga_transaction_id": "ORD-EUR",
            "order_id": "not this one",
            "ga_client_id": "1170316824.1700000000",
            "ga_session_id": str(visit_began),
            "ga_session_number": "3",
            "ga_user_id": "u-77",
            "ga_consent_analytics": "granted",
            "ga_consent_ad_user_data": "granted",
            "ga_consent_ad_personalization": "denied",
            "ga_user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
            "ga_page_location": "https://shop.example.com/thanks",
        },
    )


def jpy(visit_began: int) -> dict[str, Any]:
    """A session in yen, which have no decimals, and no order id of the shop's."""
    del visit_began
    return stripe.session(
        "JPY",
        currency="jpy",
        amount_total=1980,
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 180},
        shipping_cost=None,
        customer="cus_yen",
        metadata={"ga_cookie": "GA1.1.1170316824.1700000000"},
    )


def kwd(visit_began: int) -> dict[str, Any]:
    """A session in dinars, which have three decimals, of a buyer nobody saw."""
    del visit_began
    return stripe.session(
        "KWD",
        currency="kwd",
        amount_total=13850,
        total_details={"amount_discount": 0, "amount_shipping": 1500, "amount_tax": 10},
        shipping_cost={"amount_subtotal": 1500, "amount_tax": 0, "amount_total": 1500},
        customer="cus_unseen",
        metadata={"order_id": "ORD-KWD"},
    )


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(eur, EUR, id="EUR"),
        pytest.param(jpy, JPY, id="JPY"),
        pytest.param(kwd, KWD, id="KWD"),
    ],
)
def test_a_payment_becomes_one_correct_purchase(
    make: Any,  # noqa: ANN401 - pytest's
    expected: Json,
    ga4: GA4,
    webhook: Webhook,
) -> None:
    """Every parameter is exact, and GA4's rules find no error."""
    order = expected["events"][0]["params"]["transaction_id"]
    created = int(time.time()) - 30
    visit_began = created - 600

    answer = webhook.post(stripe.event(make(visit_began), created=created))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "outcome": "delivered",
        "reason": None,
        "events": [{"name": "purchase", "transaction_id": order}],
    }
    (event,) = ga4.about(order)
    (sent,) = event["body"]["events"]
    assert sent.pop("timestamp_micros") == created * 1_000_000
    if make is eur:
        assert sent["params"].pop("session_id") == visit_began
    assert event["body"] == expected
    assert event["path"] == "/mp/collect"
    assert event["measurement_id"] == MEASUREMENT_ID
    assert [f for f in event["findings"] if f["level"] == "error"] == []
    assert event["verdict"] in {"ok", "advice"}


def test_a_repeated_delivery_is_a_duplicate(ga4: GA4, webhook: Webhook) -> None:
    """The same event again, and another event about the same order, send nothing more."""
    first = stripe.paid("AGAIN")
    again = stripe.event(stripe.session("AGAIN"), "checkout.session.async_payment_succeeded")

    answers = [webhook.post(body).json() for body in (first, first, again)]

    assert [answer["outcome"] for answer in answers] == ["delivered", "duplicate", "duplicate"]
    assert answers[2]["reason"] == "already delivered"
    assert len(ga4.about("AGAIN")) == 1
    assert [row["state"] for row in webhook.ledger.about("AGAIN")] == ["delivered"]


def test_concurrent_copies_become_one_purchase(ga4: GA4, webhook: Webhook) -> None:
    """Of twenty copies at once one is sent; the others wait or are duplicates, none fails."""
    body = stripe.paid("CROWD")
    headers = signed(body)
    ga4.misbehave(delay_ms=200)  # so that the copies meet

    def sender(_: int) -> list[tuple[int, str]]:
        answers = []

        def attempt() -> bool:
            answer = webhook.request("POST", content=body, headers=headers)
            answers.append((answer.status_code, answer.json()["outcome"]))
            return answer.status_code == 200

        eventually(lambda: attempt() or None, "a copy is answered 200")
        return answers

    with ThreadPoolExecutor(20) as senders:
        copies = list(senders.map(sender, range(20)))

    assert {answer for copy in copies for answer in copy} == {
        (200, "delivered"),
        (200, "duplicate"),
        (409, "in_progress"),
    }
    assert [outcome for copy in copies for _, outcome in copy].count("delivered") == 1
    assert len(ga4.about("CROWD")) == 1


def test_twenty_orders_at_once_are_twenty_purchases(ga4: GA4, webhook: Webhook) -> None:
    """Different orders do not wait for one another, and none is lost."""
    bodies = [stripe.paid(f"MANY-{number}") for number in range(20)]

    with ThreadPoolExecutor(20) as senders:
        answers = list(senders.map(webhook.post, bodies))

    assert {answer.status_code for answer in answers} == {200}
    assert all(len(ga4.about(f"MANY-{number}")) == 1 for number in range(20))


def test_one_order_of_several_event_types_is_one_purchase(ga4: GA4, webhook: Webhook) -> None:
    """The intent, the charge and the invoice of a session are ignored, in any order."""
    subject = stripe.session("ECHO")
    bodies = [
        stripe.event(stripe.intent("ECHO"), "payment_intent.succeeded"),
        stripe.event({"id": "ch_ECHO", "object": "charge", "amount": 2760}, "charge.succeeded"),
        stripe.event(subject),
        stripe.event({"id": "in_ECHO", "object": "invoice", "total": 2760}, "invoice.paid"),
    ]

    answers = [webhook.post(body) for body in bodies]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert [answer.json()["outcome"] for answer in answers] == [
        "ignored",
        "ignored",
        "delivered",
        "ignored",
    ]
    assert len(ga4.about("ECHO")) == 1


def test_the_provider_has_a_path_of_its_own(ga4: GA4, webhook: Webhook) -> None:
    """A webhook may be pointed at the provider's own path."""
    answer = webhook.post(stripe.paid("PATH"), path="/stripe")

    assert answer.status_code == 200
    assert len(ga4.about("PATH")) == 1


@pytest.mark.parametrize(
    ("subject", "kind", "envelope", "reason"),
    [
        pytest.param(
            stripe.session("QUIET", payment_status="unpaid"),
            "checkout.session.completed",
            {},
            "not paid: the money comes with a later event",
            id="unpaid",
        ),
        pytest.param(
            stripe.session(
                "QUIET", amount_total=0, total_details={"amount_tax": 0}, shipping_cost=None
            ),
            "checkout.session.completed",
            {},
            "zero amount",
            id="free",
        ),
        pytest.param(
            stripe.session("QUIET", mode="subscription"),
            "checkout.session.completed",
            {},
            "checkout in subscription mode: no purchase",
            id="subscription",
        ),
        pytest.param(
            stripe.session("QUIET"),
            "checkout.session.completed",
            {"livemode": False},
            "test mode",
            id="test mode",
        ),
        pytest.param(
            stripe.session("QUIET"),
            "checkout.session.expired",
            {},
            "event type is not the source of any money",
            id="another type",
        ),
    ],
)
def test_what_is_no_payment_is_ignored(  # noqa: PLR0913, PLR0917 - the columns of a table
    subject: Json, kind: str, envelope: Json, reason: str, ga4: GA4, webhook: Webhook
) -> None:
    """An authentic event that is no payment is answered 200 with the reason, and not sent."""
    answer = webhook.post(stripe.event(subject, kind, **envelope))

    assert answer.status_code == 200
    assert answer.json() == {"outcome": "ignored", "reason": reason, "events": []}
    assert ga4.about("QUIET") == []
    assert webhook.ledger.about("QUIET") == []


def test_denied_consent_withholds_the_purchase(ga4: GA4, webhook: Webhook) -> None:
    """Where analytics consent is denied nothing is sent, and the ledger says why."""
    metadata = {"order_id": "DENIED", "ga_client_id": "1.2", "ga_consent_analytics": "denied"}

    answer = webhook.post(stripe.paid("DENIED", metadata=metadata))

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "withheld"
    assert ga4.about("DENIED") == []
    (row,) = webhook.ledger.about("DENIED")
    assert (row["state"], row["reason"]) == ("withheld", "analytics consent denied")


def test_a_thin_event_is_ignored(webhook: Webhook) -> None:
    """A thin event carries no money; it is answered 200 and never fails."""
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v1.checkout.session.completed",
        "created": "2026-11-23T04:00:00.000Z",
        "livemode": True,
        "related_object": {"id": "cs_1", "type": "checkout.session", "url": "/v1/x"},
    }

    answer = webhook.post(json.dumps(thin).encode())

    assert answer.status_code == 200
    assert answer.json()["reason"] == "thin event: it carries no money"
