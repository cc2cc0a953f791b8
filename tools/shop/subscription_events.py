"""What Stripe announces about a subscription: one function for each event of its life."""

from tools.shop import invoice_objects, subscription_objects
from tools.shop.shape import Shape
from tools.shop.stripe_event import StripeEvent, announce
from tools.shop.stripe_events import charge_succeeded, payment_intent_succeeded
from tools.shop.subscription import Invoice, Subscription


def signed_up(subscription: Subscription) -> StripeEvent:
    """The buyer finished Checkout in subscription mode."""
    return announce(
        "checkout.session.completed",
        subscription_objects.subscription_session(subscription),
        created=subscription.started_at + 1,
        shape=subscription.shape,
    )


def subscription_created(subscription: Subscription) -> StripeEvent:
    """There is a subscription, in its trial or paid."""
    return announce(
        "customer.subscription.created",
        subscription_objects.subscription_object(subscription),
        created=subscription.started_at + 1,
        shape=subscription.shape,
    )


def subscription_renewed(invoice: Invoice) -> StripeEvent:
    """A new period began; after a trial that is a change of status, too."""
    subscription, number = invoice.subscription, invoice.number
    before = subscription_objects.subscription_object(subscription, number=number - 1)
    now = subscription_objects.subscription_object(subscription, number=number)
    return announce(
        "customer.subscription.updated",
        now,
        created=invoice.paid_at - 3_600,
        shape=invoice.shape,
        previous={name: value for name, value in before.items() if now[name] != value},
    )


def invoice_paid(invoice: Invoice) -> StripeEvent:
    """The money."""
    return _told("invoice.paid", invoice)


def invoice_payment_succeeded(invoice: Invoice) -> StripeEvent:
    """The same once more, under its older name."""
    return _told("invoice.payment_succeeded", invoice)


def invoice_payment_paid(invoice: Invoice) -> StripeEvent:
    """What the invoice was paid with."""
    return announce(
        "invoice_payment.paid",
        invoice_objects.invoice_payment(invoice),
        created=invoice.paid_at + 1,
        shape=invoice.shape,
    )


def payment_events(invoice: Invoice) -> list[StripeEvent]:
    """All events about the money of an invoice; only the first of them is it."""
    events = [invoice_paid(invoice), invoice_payment_succeeded(invoice)]
    if not invoice.total:
        return events
    events += [payment_intent_succeeded(invoice), charge_succeeded(invoice)]
    if invoice.shape is Shape.SINCE_BASIL:
        events.append(invoice_payment_paid(invoice))
    return events


def _told(name: str, invoice: Invoice) -> StripeEvent:
    subject = invoice_objects.invoice_object(invoice)
    return announce(name, subject, created=invoice.paid_at + 1, shape=invoice.shape)
