"""What Stripe announces about an order: one function for each event the shop's day needs."""

from tools.shop import payment_objects, stripe_objects
from tools.shop.order import Order
from tools.shop.sale import Sale
from tools.shop.stripe_event import StripeEvent, announce

__all__ = [
    "StripeEvent",
    "async_payment_failed",
    "async_payment_succeeded",
    "charge_succeeded",
    "checkout_completed",
    "invoice_paid",
    "payment_intent_succeeded",
]


def checkout_completed(order: Order, *, paid: bool = True, copy: int = 0) -> StripeEvent:
    """The buyer finished Checkout; with a bank debit the money is still to come.

    Args:
        order: The order.
        paid: Whether it is paid already.
        copy: Another number is another event, with an id of its own, about the same change.
    """
    session = stripe_objects.checkout_session(order, payment_status="paid" if paid else "unpaid")
    created = order.placed_at + 1
    return announce("checkout.session.completed", session, created=created, copy=copy)


def async_payment_succeeded(order: Order) -> StripeEvent:
    """The money of an unpaid Checkout arrived."""
    session = stripe_objects.checkout_session(order, payment_status="paid")
    created = order.placed_at + 1
    return announce("checkout.session.async_payment_succeeded", session, created=created)


def async_payment_failed(order: Order) -> StripeEvent:
    """The money of an unpaid Checkout will never arrive."""
    session = stripe_objects.checkout_session(order, payment_status="unpaid")
    created = order.placed_at + 1
    return announce("checkout.session.async_payment_failed", session, created=created)


def invoice_paid(order: Order) -> StripeEvent:
    """The view of the same money by an invoice that Checkout made beside the payment."""
    return announce("invoice.paid", stripe_objects.invoice(order), created=order.placed_at + 1)


def payment_intent_succeeded(sale: Sale) -> StripeEvent:
    """The intent's view of the money that session or invoice has as well."""
    intent = payment_objects.payment_intent(sale)
    created = sale.paid_at + 1
    return announce("payment_intent.succeeded", intent, created=created, shape=sale.shape)


def charge_succeeded(sale: Sale) -> StripeEvent:
    """The charge's view of the same money."""
    charge = payment_objects.charge(sale)
    created = sale.paid_at + 1
    return announce("charge.succeeded", charge, created=created, shape=sale.shape)
