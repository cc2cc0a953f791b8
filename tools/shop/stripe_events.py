"""What Stripe announces about an order: one function for each event the shop's day needs."""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from tools.shop import stripe_objects
from tools.shop.order import Order
from tools.shop.stripe_objects import JsonObject

_API_VERSION: Final = "2026-08-26.dahlia"


@dataclass(frozen=True)
class StripeEvent:
    """An event as it is delivered.

    Attributes:
        id: Stable over all deliveries of the event.
        type: What happened.
        body: The exact bytes, indented as Stripe does.
    """

    id: str
    type: str
    body: bytes


def checkout_completed(order: Order, *, paid: bool = True, copy: int = 0) -> StripeEvent:
    """The buyer finished Checkout; with a bank debit the money is still to come.

    Args:
        order: The order.
        paid: Whether it is paid already.
        copy: Another number is another event, with an id of its own, about the same change.
    """
    session = stripe_objects.checkout_session(order, payment_status="paid" if paid else "unpaid")
    return _event("checkout.session.completed", session, order, copy)


def async_payment_succeeded(order: Order) -> StripeEvent:
    """The money of an unpaid Checkout arrived."""
    session = stripe_objects.checkout_session(order, payment_status="paid")
    return _event("checkout.session.async_payment_succeeded", session, order)


def async_payment_failed(order: Order) -> StripeEvent:
    """The money of an unpaid Checkout will never arrive."""
    session = stripe_objects.checkout_session(order, payment_status="unpaid")
    return _event("checkout.session.async_payment_failed", session, order)


def trial_started(order: Order) -> StripeEvent:
    """A buyer began a subscription with a trial."""
    return _event("checkout.session.completed", stripe_objects.trial_session(order), order)


def payment_intent_succeeded(order: Order) -> StripeEvent:
    """The intent's view of the money that the session tells as well."""
    return _event("payment_intent.succeeded", stripe_objects.payment_intent(order), order)


def charge_succeeded(order: Order) -> StripeEvent:
    """The charge's view of the same money."""
    return _event("charge.succeeded", stripe_objects.charge(order), order)


def invoice_paid(order: Order) -> StripeEvent:
    """The view of the same money by an invoice that Checkout made beside the payment."""
    return _event("invoice.paid", stripe_objects.invoice(order), order)


def _event(name: str, subject: JsonObject, order: Order, copy: int = 0) -> StripeEvent:
    named = f"{name}:{order.key}:{copy}".encode()
    event_id = f"evt_1{hashlib.sha256(named).hexdigest()[:23]}"
    envelope = {
        "id": event_id,
        "object": "event",
        "api_version": _API_VERSION,
        "created": order.placed_at + 1,
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": f"req_{order.key[:14]}", "idempotency_key": None},
        "type": name,
    }
    return StripeEvent(event_id, name, json.dumps(envelope, indent=2).encode())
