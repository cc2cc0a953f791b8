"""Authentic events that make no sense: answered 200 with the reason, on record, never sent."""

import time
from typing import Any, Final

import pytest

from tests.functions import stripe_events as stripe
from tests.functions.canary import CANARY, assert_discreet
from tests.functions.running import GA4, Json, Webhook

_AMOUNT: Final = "data.object.amount_total"
_CURRENCY: Final = "data.object.currency"
_ABSURD: Final = f"{_AMOUNT}: more than 1000000000000 minor units"

UNREADABLE: Final[dict[str, tuple[Any, str]]] = {
    "no object": (None, "data.object: expected an object"),
    "an array": ([CANARY], "data.object: expected an object"),
    "a text": (CANARY, "data.object: expected an object"),
    "another object": (
        {"note": CANARY},
        (
            "data.object.id: missing, expected text of 1 to 255 characters;"
            " data.object.mode: missing, expected text;"
            " data.object.payment_status: missing, expected text"
        ),
    ),
    "several at once": (
        stripe.session("BAD", amount_total=CANARY, currency="xyz", mode=7, customer=[CANARY]),
        (
            "data.object.mode: expected text;"
            f" {_CURRENCY}: not an active ISO 4217 currency;"
            f" {_AMOUNT}: expected a whole number of minor units, e.g. 1250;"
            " data.object.customer: expected text or an object"
        ),
    ),
    "amounts that cannot be in no currency": (
        stripe.session("BAD", amount_total=-1, currency="xyz", total_details={"amount_tax": -2}),
        (
            f"{_CURRENCY}: not an active ISO 4217 currency; {_AMOUNT}: negative;"
            " data.object.total_details.amount_tax: negative"
        ),
    ),
    "a negative amount": (stripe.session("BAD", amount_total=-1), f"{_AMOUNT}: negative"),
    "an absurd amount": (stripe.session("BAD", amount_total=10**12 + 1), _ABSURD),
    "an endless amount": (stripe.session("BAD", amount_total=10**40), _ABSURD),
    "no amount": (stripe.session("BAD", amount_total=None), f"{_AMOUNT}: missing"),
    "half a cent": (
        stripe.session("BAD", amount_total=1.5),
        f"{_AMOUNT}: expected a whole number of minor units, e.g. 1250",
    ),
    "an amount as text": (
        stripe.session("BAD", amount_total=f"27 {CANARY}"),
        f"{_AMOUNT}: expected a whole number of minor units, e.g. 1250",
    ),
    "an amount that is true": (
        stripe.session("BAD", amount_total=True),
        f"{_AMOUNT}: expected a whole number of minor units, e.g. 1250",
    ),
    "more tax than money": (
        stripe.session("BAD", total_details={"amount_tax": 5000}, shipping_cost=None),
        f"{_AMOUNT}: less than its tax and shipping",
    ),
    "more tax on shipping than shipping": (
        stripe.session("BAD", shipping_cost={"amount_total": 1, "amount_tax": 5}),
        "data.object.shipping_cost: negative",
    ),
    "an unknown currency": (
        stripe.session("BAD", currency="xyz"),
        f"{_CURRENCY}: not an active ISO 4217 currency",
    ),
    "no word for a currency": (
        stripe.session("BAD", currency=CANARY),
        f"{_CURRENCY}: not an active ISO 4217 currency",
    ),
    "no currency": (stripe.session("BAD", currency=None), f"{_CURRENCY}: missing"),
    "a currency by number": (
        stripe.session("BAD", currency=978),
        f"{_CURRENCY}: expected an active ISO 4217 currency, e.g. eur",
    ),
    "no id": (
        stripe.session("BAD", id=None),
        "data.object.id: expected text of 1 to 255 characters",
    ),
    "no mode": (stripe.session("BAD", mode=None), "data.object.mode: expected text"),
    "an intent that is an array": (
        stripe.session("BAD", payment_intent=[CANARY]),
        "data.object.payment_intent: expected text or an object",
    ),
    "totals as text": (
        stripe.session("BAD", total_details=CANARY),
        "data.object.total_details: expected an object",
    ),
}


@pytest.mark.parametrize(("subject", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_money_is_rejected(
    subject: object, reason: str, ga4: GA4, webhook: Webhook
) -> None:
    """It is acknowledged, on record under the event's id with the reason, and logged as error."""
    event_id = f"evt_bad_{abs(hash(reason))}_{time.monotonic_ns()}"

    answer = webhook.post(stripe.event(subject, id=event_id))

    assert answer.status_code == 200
    assert answer.json() == {"outcome": "rejected", "reason": reason, "events": []}
    (row,) = [r for r in webhook.ledger.rows if r["business_key"] == f"stripe:{event_id}"]
    assert (row["state"], row["reason"]) == ("rejected", reason)
    (line,) = [n for n in webhook.lines("event") if n["source_event"] == event_id]
    assert (line["severity"], line["outcome"], line["reason"]) == ("ERROR", "rejected", reason)
    assert ga4.events == []
    assert CANARY.encode() not in webhook.ledger.content
    assert_discreet(webhook, answer.text)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"mode": CANARY}, "checkout in unknown mode: no purchase", id="mode"),
        pytest.param(
            {"payment_status": CANARY},
            "not paid: the money comes with a later event",
            id="payment status",
        ),
    ],
)
def test_unknown_words_are_ignored(fields: Json, reason: str, webhook: Webhook) -> None:
    """A word that Stripe may add tomorrow is no money, and is not repeated."""
    answer = webhook.post(stripe.paid("WORD", **fields))

    assert answer.status_code == 200
    assert answer.json() == {"outcome": "ignored", "reason": reason, "events": []}
    assert webhook.ledger.about("WORD") == []
    assert_discreet(webhook, answer.text)


@pytest.mark.parametrize("metadata", [CANARY, [CANARY], 5, False])
def test_metadata_that_is_no_object_denies(metadata: object, ga4: GA4, webhook: Webhook) -> None:
    """The payment is on record as any other that was denied, and nothing leaves."""
    intent = f"pi_no_object_{type(metadata).__name__}"
    whose = {"customer": None, "metadata": metadata, "payment_intent": intent}
    body = stripe.paid("NONE", id=f"cs_{intent}", **whose)

    answer = webhook.post(body)

    assert (answer.status_code, answer.json()["outcome"]) == (200, "withheld")
    assert ga4.about(intent) == []
    assert [row["state"] for row in webhook.ledger.about(intent)] == ["withheld"]
    assert_discreet(webhook, answer.text)


@pytest.mark.parametrize(
    ("metadata", "notes"),
    [
        pytest.param(None, [], id="none"),
        pytest.param([], ["metadata: not an object"], id="an empty array"),
        pytest.param(
            {"order_id": [5], "ga_client_id": {CANARY: CANARY}, "ga_session_id": [CANARY]},
            ["metadata.ga_client_id: not a string", "metadata.ga_session_id: not a string"],
            id="values that are no strings",
        ),
        pytest.param({f"ga_{CANARY}": 1, CANARY: [CANARY]}, [], id="keys nobody knows"),
        pytest.param(
            {
                "ga_client_id": f"{CANARY}@example.com",
                "ga_session_id": CANARY,
                "ga_session_number": CANARY,
                "ga_user_id": f"{CANARY}@example.com",
                "ga_captured_at": CANARY,
                "ga_consent_ad_user_data": CANARY,
            },
            None,
            id="values that cannot be believed",
        ),
        pytest.param(
            {"order_id": CANARY * 20}, ["metadata.order_id: longer than 100"], id="a long order id"
        ),
        pytest.param(
            {"order_id": f"{CANARY}@example.com"},
            ["metadata.order_id: looks like an e-mail address"],
            id="an order id that is an address",
        ),
    ],
)
def test_bad_metadata_costs_no_payment(
    metadata: object,
    notes: list[str] | None,
    request: pytest.FixtureRequest,
    ga4: GA4,
    webhook: Webhook,
) -> None:
    """What cannot be believed is left out and named, not repeated, and the money is told."""
    intent = f"pi_{request.node.callspec.id.replace(' ', '_')}"

    answer = webhook.post(
        stripe.paid("META", id=f"cs_{intent}", metadata=metadata, payment_intent=intent)
    )

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "delivered"
    (event,) = ga4.about(intent)
    assert event["body"]["events"][0]["params"]["value"] == 18
    assert CANARY not in str(event)
    (line,) = [n for n in webhook.lines("event") if n.get("transaction_id") == intent]
    assert notes is None or line.get("notes", []) == notes
    assert_discreet(webhook, answer.text)


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param(b'{"ga_consent_analytics": false}', id="false"),
        pytest.param(b'{"ga_consent_analytics": 0}', id="zero"),
        pytest.param(b'{"ga_consent_analytics": {"granted": false}}', id="an object"),
        pytest.param(b'{"ga_consent_analytics": "granted\xff"}', id="a broken answer"),
        pytest.param(b'{"ga_consent_analytics": "denied", "cart": "\xff"}', id="broken elsewhere"),
    ],
)
def test_what_is_no_clear_grant_withholds_the_event(
    metadata: bytes, request: pytest.FixtureRequest, ga4: GA4, webhook: Webhook
) -> None:
    """Somebody answered: in doubt nothing leaves."""
    intent = f"pi_{request.node.callspec.id.replace(' ', '_')}"
    body = stripe.paid(
        intent,
        id=f"cs_{intent}",
        metadata="METADATA",
        payment_intent=intent,
        customer=f"cus_{intent}",  # a denial counts for all that this customer does
        client_reference_id=None,
    )

    answer = webhook.post(body.replace(b'"METADATA"', metadata))

    assert (answer.status_code, answer.json()["outcome"]) == (200, "withheld")
    assert ga4.about(intent) == []


def test_a_broken_character_beside_a_grant_costs_no_payment(ga4: GA4, webhook: Webhook) -> None:
    """Only its own value is left out."""
    metadata = b'{"ga_consent_analytics": "granted", "cart": "\xff"}'
    body = stripe.paid("META", id="cs_broken", metadata="METADATA", payment_intent="pi_broken")

    answer = webhook.post(body.replace(b'"METADATA"', metadata))

    assert answer.json()["outcome"] == "delivered"
    assert len(ga4.about("pi_broken")) == 1


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [pytest.param(3600, "occurred_at: more than 15 minutes in the future", id="the future")],
)
def test_impossible_times_are_rejected(
    seconds: int, reason: str, ga4: GA4, webhook: Webhook
) -> None:
    """A time GA4 would refuse is rejected, and kept with what a replay needs."""
    created = int(time.time()) + seconds

    answer = webhook.post(stripe.event(stripe.session("TIME"), created=created))

    assert answer.status_code == 200
    assert (answer.json()["outcome"], answer.json()["reason"]) == ("rejected", reason)
    (row,) = webhook.ledger.about("TIME")
    assert (row["state"], row["reason"]) == ("rejected", reason)
    assert row["replay"]
    assert ga4.about("TIME") == []


def test_an_old_event_is_sent_without_its_time(ga4: GA4, webhook: Webhook) -> None:
    """After three days GA4 takes no time any more: it is sent now, and says how late it is."""
    created = int(time.time()) - 80 * 3600

    answer = webhook.post(stripe.event(stripe.session("LATE"), created=created))

    assert answer.json()["outcome"] == "delivered"
    (event,) = ga4.about("LATE")
    (sent,) = event["body"]["events"]
    assert "timestamp_micros" not in sent
    assert sent["params"]["late_hours"] == 80


@pytest.mark.parametrize("field", ["id", "type", "account"])
def test_names_beyond_measure_are_no_event(field: str, webhook: Webhook) -> None:
    """An id or a type that no log line and no ledger could hold is no event of Stripe's."""
    answer = webhook.post(stripe.event(stripe.session("LONG"), **{field: CANARY * 100}))

    assert answer.status_code == 400
    assert answer.json()["outcome"] == "malformed"
    assert answer.json()["reason"].startswith(f"{field}: expected text of at most 255 characters")
    assert_discreet(webhook, answer.text)
