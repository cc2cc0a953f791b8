"""Which payment an event is about: refunds of what is not counted, and ids that are taken."""

import io
import json
from typing import Any

import pytest

from shared.errors import PendingError
from shared.outcome import Outcome, Result
from tests.support.loop import in_a_loop
from tests.support.shop import Shop
from tests.support.stripe_json import Json, checkout_session, delivery, event, payment_intent

BASIL = "2025-06-30.basil"
HOUR = 3600


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of 5.00 EUR of the intent `pi_9`.

    Args:
        fields: What is different.
    """
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "currency": "eur",
        "status": "succeeded",
        "payment_intent": "pi_9",
        "charge": "ch_9",
        **fields,
    }


def linked(invoice: str = "in_1", intent: str = "pi_9") -> Json:
    """Return the word that an intent paid an invoice."""
    return {
        "id": "inpay_1",
        "object": "invoice_payment",
        "invoice": invoice,
        "payment": {"type": "payment_intent", "payment_intent": intent},
    }


def manual_invoice() -> Json:
    """Return an invoice that the options leave out."""
    return {
        "id": "in_1",
        "object": "invoice",
        "status": "paid",
        "billing_reason": "manual",
        "currency": "eur",
        "total": 500,
        "amount_paid": 500,
    }


async def take(shop: Shop, subject: Json, kind: str, **fields: Any) -> Outcome:  # noqa: ANN401 - JSON
    """Take an event around an object, signed now."""
    body = event(subject, kind, id=f"evt_{kind}_{subject['id']}", **fields)
    return await shop.take(delivery(body, at=int(shop.clock.now.timestamp())))


@in_a_loop
async def test_a_refund_finds_an_uncounted_invoice_by_its_link(shop: Shop) -> None:
    """It names the intent only, and is left out at once."""
    await take(shop, linked(), "invoice_payment.paid")
    await take(shop, manual_invoice(), "invoice.paid")

    assert await take(shop, refund(), "refund.created") == Outcome(
        Result.IGNORED, "refund of a payment that is not counted"
    )


@in_a_loop
async def test_a_refund_of_an_intent_that_may_be_owned_waits_first(shop: Shop) -> None:
    """Its invoice may still come. After an hour it is left out, never sent gross."""
    intent = payment_intent(id="pi_9")
    await take(shop, intent, "payment_intent.succeeded", api_version=BASIL)

    with pytest.raises(PendingError):
        await take(shop, refund(), "refund.created", api_version=BASIL)
    shop.clock.advance(HOUR)
    outcome = await take(shop, refund(), "refund.created", api_version=BASIL)

    assert outcome == Outcome(Result.IGNORED, "refund of a payment that is not counted")
    assert shop.ga4.bodies == []


@in_a_loop
async def test_an_id_that_is_taken_twice_is_the_providers_name_and_id(shop: Shop) -> None:
    """Somebody gave an order the id of the next payment."""
    first = checkout_session(id="cs_a", payment_intent="pi_a", metadata={"order_id": "pi_b"})
    await take(shop, first, "checkout.session.completed")

    outcome = await take(
        shop, checkout_session(id="cs_b", payment_intent="pi_b"), "checkout.session.completed"
    )

    assert (outcome.result, outcome.transaction_id) == (Result.DELIVERED, "stripe:pi_b")
    assert "another payment has it" in outcome.notes[0]


@in_a_loop
async def test_an_id_of_two_payments_is_said_once(shop: Shop, log_lines: io.BytesIO) -> None:
    """With both ids: the one that was wanted, and the one the payment was sent under."""
    for name in ("a", "b", "b"):
        session = checkout_session(
            id=f"cs_{name}", payment_intent=f"pi_{name}", metadata={"order_id": "ORD-1"}
        )
        await take(shop, session, "checkout.session.completed")

    lines = [json.loads(line) for line in log_lines.getvalue().splitlines()]
    (line,) = [line for line in lines if line["event"] == "id_conflict"]
    assert (line["severity"], line["provider"]) == ("WARNING", "stripe")
    assert (line["transaction_id"], line["notes"]) == ("pi_b", ["ORD-1"])
    sent = [body["events"][0]["params"]["transaction_id"] for body in shop.ga4.bodies]
    assert sent == ["ORD-1", "pi_b"]
