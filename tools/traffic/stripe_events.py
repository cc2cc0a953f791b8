"""What Stripe announces about orders, subscriptions and money that goes back: a function each."""

import hashlib
import json
from dataclasses import dataclass
from typing import Self

from tools.changed import replace
from tools.traffic import stripe_objects, stripe_sales
from tools.traffic.refunds import Refund
from tools.traffic.request import Json, Request
from tools.traffic.sales import Invoice, Order, Sale, Shape, Subscription


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

    @property
    def request(self) -> Request:
        """Its delivery, not signed yet."""
        return Request("stripe", self.body, {"content-type": "application/json; charset=utf-8"})

    @property
    def live(self) -> Self:
        """The same event in live mode; the traffic is in test mode otherwise."""
        return replace(self, body=self.body.replace(b'"livemode": false', b'"livemode": true'))


def checkout_completed(order: Order, *, paid: bool = True, copy: int = 0) -> StripeEvent:
    """The buyer finished Checkout; with a bank debit the money is still to come.

    Args:
        order: The order.
        paid: Whether it is paid already.
        copy: Another number is another event, with an id of its own, about the same change.
    """
    status = "paid" if paid else "unpaid"
    return _of_session("checkout.session.completed", order, status, copy=copy)


def async_payment_succeeded(order: Order) -> StripeEvent:
    """The money of an unpaid Checkout arrived."""
    return _of_session("checkout.session.async_payment_succeeded", order, "paid")


def async_payment_failed(order: Order) -> StripeEvent:
    """The money of an unpaid Checkout will never arrive."""
    return _of_session("checkout.session.async_payment_failed", order, "unpaid")


def order_invoice_paid(order: Order) -> StripeEvent:
    """The view of the same money by an invoice that Checkout made beside the payment."""
    return _of_sale("invoice.paid", stripe_sales.order_invoice(order), order)


def payment_intent_succeeded(sale: Sale) -> StripeEvent:
    """The intent's view of the money that session or invoice has as well."""
    return _of_sale("payment_intent.succeeded", stripe_sales.payment_intent(sale), sale)


def charge_succeeded(sale: Sale) -> StripeEvent:
    """The charge's view of the same money."""
    return _of_sale("charge.succeeded", stripe_sales.charge(sale), sale)


def signed_up(subscription: Subscription) -> StripeEvent:
    """The buyer finished Checkout in subscription mode."""
    session = stripe_sales.subscription_session(subscription)
    created, shape = subscription.started_at + 1, subscription.shape
    return announce("checkout.session.completed", session, created=created, shape=shape)


def subscription_created(subscription: Subscription) -> StripeEvent:
    """There is a subscription, in its trial or paid."""
    subject = stripe_sales.subscription_object(subscription)
    created, shape = subscription.started_at + 1, subscription.shape
    return announce("customer.subscription.created", subject, created=created, shape=shape)


def subscription_renewed(invoice: Invoice) -> StripeEvent:
    """A new period began; after a trial that is a change of status, too."""
    before, now = (
        stripe_sales.subscription_object(invoice.subscription, number=number)
        for number in (invoice.number - 1, invoice.number)
    )
    return announce(
        "customer.subscription.updated",
        now,
        created=invoice.paid_at - 3_600,
        shape=invoice.shape,
        previous={name: value for name, value in before.items() if now[name] != value},
    )


def invoice_payment_events(invoice: Invoice) -> list[StripeEvent]:
    """All events about the money of an invoice; only the first of them is it."""
    subject = stripe_sales.invoice_object(invoice)
    # The second says the same as the first, under its older name.
    events = [
        _of_sale(name, subject, invoice) for name in ("invoice.paid", "invoice.payment_succeeded")
    ]
    if not invoice.total:
        return events
    events += [payment_intent_succeeded(invoice), charge_succeeded(invoice)]
    if invoice.shape is Shape.SINCE_BASIL:
        paid_with = stripe_sales.invoice_payment(invoice)
        events.append(_of_sale("invoice_payment.paid", paid_with, invoice))
    return events


def refund_created(refund: Refund, *, status: str = "succeeded") -> StripeEvent:
    """There is a refund; a card's has succeeded at once, a bank account's is pending."""
    return _of_refund("refund.created", refund, status)


def refund_updated(refund: Refund, *, status: str = "succeeded") -> StripeEvent:
    """A refund went on, or only got the bank's reference."""
    return _of_refund("refund.updated", refund, status)


def refund_failed(refund: Refund) -> StripeEvent:
    """The money came back to the shop."""
    return _of_refund("refund.failed", refund, "failed")


def charge_refunded(refund: Refund) -> StripeEvent:
    """The charge's view of it: what was given back in all."""
    return announce(
        "charge.refunded",
        stripe_sales.charge(refund.sale, refunded=refund.after),
        created=refund.made_at + 1,
        shape=refund.sale.shape,
        previous={"amount_refunded": refund.before},
    )


def dispute_opened(refund: Refund) -> StripeEvent:
    """The buyer complained at the bank."""
    return _of_dispute("charge.dispute.created", refund, "needs_response")


def dispute_funds_withdrawn(refund: Refund) -> StripeEvent:
    """The bank took the money for the time being."""
    return _of_dispute("charge.dispute.funds_withdrawn", refund, "needs_response")


def dispute_closed(refund: Refund, *, status: str = "lost") -> StripeEvent:
    """The bank decided."""
    return _of_dispute("charge.dispute.closed", refund, status)


def _of_session(name: str, order: Order, payment_status: str, *, copy: int = 0) -> StripeEvent:
    session = stripe_sales.order_session(order, payment_status=payment_status)
    return _of_sale(name, session, order, copy=copy)


def _of_sale(name: str, subject: Json, sale: Sale, *, copy: int = 0) -> StripeEvent:
    return announce(name, subject, created=sale.paid_at + 1, shape=sale.shape, copy=copy)


def _of_refund(name: str, refund: Refund, status: str) -> StripeEvent:
    subject = stripe_sales.refund_object(refund, status=status)
    return announce(name, subject, created=refund.made_at + 1, shape=refund.sale.shape)


def _of_dispute(name: str, refund: Refund, status: str) -> StripeEvent:
    subject = stripe_sales.dispute_object(refund, status=status)
    return announce(name, subject, created=refund.made_at + 1, shape=refund.sale.shape)


def announce(  # noqa: PLR0913 - one for each thing that can differ
    name: str,
    subject: Json,
    *,
    created: int,
    shape: Shape,
    previous: Json | None = None,
    copy: int = 0,
    api_version: str | None = None,
) -> StripeEvent:
    """The event about an object.

    Args:
        name: What happened to it.
        subject: The object as it is now.
        created: When, in Unix seconds.
        shape: The version of the endpoint.
        previous: What of it was otherwise before.
        copy: Another number is another event, with an id of its own, about the same change.
        api_version: The endpoint's version, where it is none of the shop's two.
    """
    content = json.dumps([name, subject, copy], sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()
    changed = {} if previous is None else {"previous_attributes": previous}
    envelope = stripe_objects.event(
        subject,
        name,
        id=f"evt_1{digest[:23]}",
        api_version=api_version or shape.value,
        created=created,
        data={"object": subject, **changed},
        livemode=False,
        request={"id": f"req_{digest[23:37]}", "idempotency_key": None},
    )
    return StripeEvent(envelope["id"], name, stripe_objects.as_bytes(envelope))
