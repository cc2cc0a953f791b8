"""The shop's events are Stripe's: its own library is the judge."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tools.traffic import stripe_events
from tools.traffic.customers import Customers
from tools.traffic.refunds import Refund
from tools.traffic.request import stripe_signature
from tools.traffic.sales import Order, Shape
from tools.traffic.stripe_events import StripeEvent

SHAPES = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "dispute": stripe.Dispute,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "line_item": stripe.InvoiceLineItem,
    "refund": stripe.Refund,
    "subscription": stripe.Subscription,
}
# What the library's present types have no more (its changelog, 12.0.0).
BEFORE_BASIL = {
    "charge": {"invoice"},
    "invoice": {
        *("charge", "discount", "paid", "paid_out_of_band", "payment_intent"),
        *("subscription", "subscription_details", "tax", "total_tax_amounts"),
    },
    "line_item": {"plan", "price", "proration", "tax_amounts", "type"},
    "payment_intent": {"invoice"},
    "subscription": {"current_period_end", "current_period_start"},
}


def made() -> Iterator[tuple[Shape, StripeEvent]]:
    """Every event the shop can make, in every shape."""
    customers = Customers(1, now=int(time.time()))
    order = customers.order()
    for tell in (
        stripe_events.checkout_completed,
        stripe_events.async_payment_succeeded,
        stripe_events.async_payment_failed,
        stripe_events.payment_intent_succeeded,
        stripe_events.charge_succeeded,
        stripe_events.order_invoice_paid,
    ):
        yield Shape.SINCE_BASIL, tell(order)
    for shape in Shape:
        subscription = customers.subscription(shape, periods=2, has_trial=True)
        renewal = subscription.invoice(1)
        refund, dispute = Refund(renewal, 1, 0, 100), Refund(renewal, 2, 100, 100, is_dispute=True)
        for event in (
            stripe_events.signed_up(subscription),
            stripe_events.subscription_created(subscription),
            stripe_events.subscription_renewed(renewal),
            *stripe_events.invoice_payment_events(subscription.invoice(0)),
            *stripe_events.invoice_payment_events(renewal),
            stripe_events.refund_created(refund),
            stripe_events.refund_updated(refund),
            stripe_events.refund_failed(refund),
            stripe_events.charge_refunded(refund),
            stripe_events.dispute_opened(dispute),
            stripe_events.dispute_funds_withdrawn(dispute),
            stripe_events.dispute_closed(dispute),
        ):
            yield shape, event


MADE = list(made())


@pytest.fixture
def order() -> Order:
    """Some order."""
    return Customers(1, now=int(time.time())).order()


def subject(event: StripeEvent) -> dict[str, Any]:
    """What an event is about."""
    found = json.loads(event.body)["data"]["object"]
    assert isinstance(found, dict)
    return found


def test_stripe_accepts_every_event() -> None:
    """A signed event passes the library's verification and is the event it says it is."""
    for shape, event in MADE:
        header = stripe_signature(event.body, ["whsec_local"], timestamp=int(time.time()))
        read = stripe.Webhook.construct_event(event.body, header, "whsec_local")
        assert (read.id, read.type, read.api_version) == (event.id, event.type, shape.value)


def test_every_field_is_stripes_own() -> None:
    """No field of an object is one that Stripe's library has never heard of."""
    for shape, event in MADE:
        about = subject(event)
        lines = about["lines"]["data"] if about["object"] == "invoice" else []
        for thing in (about, *lines):
            name = thing["object"]
            gone = BEFORE_BASIL.get(name, set()) if shape is Shape.BEFORE_BASIL else set()
            assert set(thing) <= set(SHAPES[name].__annotations__) | gone, event.type


def test_an_event_keeps_its_id_and_a_twin_has_its_own(order: Order) -> None:
    """Deliveries of one event agree on the id; another event about the same change does not."""
    first, again = (stripe_events.checkout_completed(order) for _ in range(2))
    twin = stripe_events.checkout_completed(order, copy=1)

    assert first == again
    assert twin.id != first.id
    assert json.loads(twin.body)["data"] == json.loads(first.body)["data"]
    assert len({event.id for _, event in MADE}) == len(MADE)


def test_all_events_of_an_order_share_the_payment_intent(order: Order) -> None:
    """Session, intent, charge and refund are about one payment, and say so."""
    session = subject(stripe_events.checkout_completed(order))
    intent = subject(stripe_events.payment_intent_succeeded(order))
    charge = subject(stripe_events.charge_succeeded(order))
    refund = subject(stripe_events.refund_created(Refund(order, 1, 0, order.total)))

    assert session["payment_intent"] == intent["id"] == charge["payment_intent"]
    assert intent["payment_details"]["order_reference"] == session["id"]
    assert intent["latest_charge"] == charge["id"] == refund["charge"]
    assert (refund["payment_intent"], refund["metadata"]) == (intent["id"], {})


@pytest.mark.parametrize("shape", Shape)
def test_a_renewals_payment_is_its_invoices(shape: Shape) -> None:
    """Before basil by a field of its own, since then by the order's reference and a new event."""
    customers = Customers(1, now=int(time.time()))
    renewal = customers.subscription(shape, periods=2, has_trial=True).invoice(1)
    announced = {
        event.type: subject(event) for event in stripe_events.invoice_payment_events(renewal)
    }
    intent = announced["payment_intent.succeeded"]

    assert (intent["metadata"], announced["charge.succeeded"]["metadata"]) == ({}, {})
    if shape is Shape.BEFORE_BASIL:
        assert intent["invoice"] == announced["charge.succeeded"]["invoice"] == renewal.id
        assert "invoice_payment.paid" not in announced
    else:
        assert intent["payment_details"]["order_reference"] == renewal.id
        assert announced["invoice_payment.paid"]["payment"]["payment_intent"] == intent["id"]
        assert announced["invoice_payment.paid"]["invoice"] == renewal.id


def test_a_refunded_charge_counts_all_refunds(order: Order) -> None:
    """`charge.refunded` tells the sum, which is why it must not be counted."""
    event = stripe_events.charge_refunded(Refund(order, 2, 100, 50))

    assert subject(event)["amount_refunded"] == 150
    assert json.loads(event.body)["data"]["previous_attributes"] == {"amount_refunded": 100}
