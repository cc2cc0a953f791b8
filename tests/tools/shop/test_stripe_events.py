"""The shop's events are Stripe's: its own library is the judge."""

import json
import time
from collections.abc import Callable

import pytest
import stripe

from tools.shop import stripe_events
from tools.shop.customers import Customers
from tools.shop.order import Order
from tools.shop.stripe_events import StripeEvent
from tools.signing import stripe_signature

EVENTS = (
    stripe_events.checkout_completed,
    stripe_events.async_payment_succeeded,
    stripe_events.async_payment_failed,
    stripe_events.trial_started,
    stripe_events.payment_intent_succeeded,
    stripe_events.charge_succeeded,
    stripe_events.invoice_paid,
)
SHAPES = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "invoice": stripe.Invoice,
}


@pytest.fixture
def order() -> Order:
    """Some order."""
    return Customers(1, now=int(time.time())).order()


@pytest.mark.parametrize("make", EVENTS)
def test_stripe_accepts_the_event(order: Order, make: Callable[[Order], StripeEvent]) -> None:
    """A signed event passes the library's verification and is the event it says it is."""
    event = make(order)
    header = stripe_signature(event.body, ["whsec_local"], timestamp=int(time.time()))

    found = stripe.Webhook.construct_event(event.body, header, "whsec_local")
    assert (found.id, found.type) == (event.id, event.type)


@pytest.mark.parametrize("make", EVENTS)
def test_fields_are_stripes_own(order: Order, make: Callable[[Order], StripeEvent]) -> None:
    """No field of an object is one that Stripe's library has never heard of."""
    subject = json.loads(make(order).body)["data"]["object"]

    assert set(subject) <= set(SHAPES[subject["object"]].__annotations__)


def test_an_event_keeps_its_id_and_a_twin_has_its_own(order: Order) -> None:
    """Deliveries of one event agree on the id; another event about the same change does not."""
    first, again = (stripe_events.checkout_completed(order) for _ in range(2))
    twin = stripe_events.checkout_completed(order, copy=1)

    assert first == again
    assert twin.id != first.id
    assert json.loads(twin.body)["data"] == json.loads(first.body)["data"]


def test_all_events_of_an_order_share_the_payment_intent(order: Order) -> None:
    """Session, intent and charge are about one payment, and say so."""
    session, intent, charge = (
        json.loads(make(order).body)["data"]["object"]
        for make in (
            stripe_events.checkout_completed,
            stripe_events.payment_intent_succeeded,
            stripe_events.charge_succeeded,
        )
    )

    assert session["payment_intent"] == intent["id"] == charge["payment_intent"]
    assert intent["payment_details"]["order_reference"] == session["id"]
    assert intent["latest_charge"] == charge["id"]
