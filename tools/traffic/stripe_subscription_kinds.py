"""The kinds of Stripe's deliveries about subscriptions and invoices."""

from collections.abc import Mapping
from typing import Final

from tools.traffic import stripe_events, stripe_objects, stripe_sales
from tools.traffic.facts import Facts, Kind, Make
from tools.traffic.request import Json, Request
from tools.traffic.sales import PERIOD_SECONDS, Invoice
from tools.traffic.stripe_events import announce
from tools.traffic.stripe_payments import renewal, subscription


def _first(facts: Facts) -> Invoice:
    return subscription(facts).invoice(0)


def _started(facts: Facts) -> Request:
    return stripe_events.invoice_payment_events(_first(facts))[0].request


def _renewed(facts: Facts) -> Request:
    return stripe_events.invoice_payment_events(renewal(facts))[0].request


def _invoice_payment(facts: Facts) -> Request:
    return stripe_events.invoice_payment_events(_first(facts))[-1].request


def _invoice(invoice: Invoice, type: str = "paid", **fields: object) -> Request:  # noqa: A002 - Stripe's
    """The news of an invoice, with what is different in it."""
    subject: Json = {**stripe_sales.invoice_object(invoice), **fields}
    return announce(
        f"invoice.{type}", subject, created=invoice.paid_at + 1, shape=invoice.shape
    ).request


def _for_reason(reason: str) -> Make:
    return lambda facts: _invoice(renewal(facts), billing_reason=reason)


def _without_subscription(facts: Facts) -> Request:
    metadata = subscription(facts).session_metadata
    return _invoice(_first(facts), billing_reason="manual", parent=None, metadata=metadata)


def _from_balance(facts: Facts) -> Request:
    """A renewal of which the customer's balance paid one half; a price is the other half's."""
    invoice = renewal(facts)
    billed = invoice.total if facts.price is None else invoice.total * 2
    whole = stripe_sales.invoice_object(invoice)
    paid = billed // 2
    money: Json = (
        {}
        if facts.price is None
        else {
            "subtotal": billed,
            "total": billed,
            "total_excluding_tax": billed,
            "lines": {
                **whole["lines"],
                "data": [
                    {**line, "amount": billed, "subtotal": billed}
                    for line in whole["lines"]["data"]
                ],
            },
        }
    )
    return _invoice(
        invoice,
        **money,
        amount_due=paid,
        amount_paid=paid,
        starting_balance=paid - billed,
        ending_balance=0,
    )


def _payment_failed(facts: Facts) -> Request:
    return _invoice(renewal(facts), "payment_failed", status="open", amount_paid=0)


def _credit_note(facts: Facts) -> Request:
    """A note over a refund, which has an event of its own."""
    refund = f"re_3{facts.order}"
    total = _first(facts).total
    return _note(
        facts, "created", refunds=[{"refund": refund, "amount_refunded": total}], total=total
    )


def _paid_back_outside(facts: Facts) -> Request:
    total = _first(facts).total
    return _note(facts, "created", refunds=[], out_of_band_amount=total, total=total)


def _voided(facts: Facts) -> Request:
    total = _first(facts).total
    return _note(facts, "voided", refunds=[], out_of_band_amount=total, total=total, status="void")


def _note(facts: Facts, what: str, **fields: object) -> Request:
    invoice = _first(facts)
    note = stripe_objects.credit_note(
        id=f"cn_1{facts.order}",
        invoice=invoice.id,
        currency=invoice.currency.code.lower(),
        created=invoice.paid_at + 5,
        livemode=False,
        **fields,
    )
    created = invoice.paid_at + 6
    return announce(f"credit_note.{what}", note, created=created, shape=invoice.shape).request


def _trial_started(facts: Facts) -> Request:
    return stripe_events.subscription_created(subscription(facts, has_trial=True)).request


def _trial_converted(facts: Facts) -> Request:
    trial = subscription(facts, periods=2, has_trial=True)
    return stripe_events.subscription_renewed(trial.invoice(1)).request


def _trial_will_end(facts: Facts) -> Request:
    return _step(facts, "trial_will_end", has_trial=True)


def _cancel_scheduled(facts: Facts) -> Request:
    end = facts.now + PERIOD_SECONDS
    return _step(
        facts,
        "updated",
        {"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None},
        cancel_at=end,
        cancel_at_period_end=True,
        canceled_at=facts.now - 5,
    )


def _cancelled(facts: Facts) -> Request:
    return _step(
        facts,
        "deleted",
        status="canceled",
        canceled_at=facts.now - 5,
        ended_at=facts.now - 5,
        cancellation_details={"reason": "cancellation_requested", "feedback": "unused"},
    )


def _step(
    facts: Facts,
    what: str,
    previous: Json | None = None,
    *,
    has_trial: bool = False,
    **fields: object,
) -> Request:
    about = subscription(facts, has_trial=has_trial)
    return announce(
        f"customer.subscription.{what}",
        {**stripe_sales.subscription_object(about), **fields},
        created=facts.now - 5,
        shape=about.shape,
        previous=previous,
    ).request


def _kind(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, after, has_price)


def _of_life(make: Make, name: str) -> Kind:
    return _kind(make, f"{name}, with option lifecycle", has_price=False)


_START: Final = "stripe.subscription"

STRIPE_SUBSCRIPTION_KINDS: Final[Mapping[str, Kind]] = {
    _START: _kind(_started, "purchase, subscription_start"),
    "stripe.renewal": _kind(_renewed, "purchase, subscription_renewal"),
    "stripe.renewal_from_balance": _kind(_from_balance, "purchase of what was collected"),
    "stripe.subscription_update": _kind(
        _for_reason("subscription_update"), "purchase, subscription_update"
    ),
    "stripe.usage": _kind(_for_reason("subscription_threshold"), "purchase, usage"),
    "stripe.subscription_invoice": _kind(_for_reason("manual"), "purchase, subscription_update"),
    "stripe.invoice": _kind(_without_subscription, "purchase, invoice, with option invoices"),
    "stripe.invoice_payment": _kind(_invoice_payment, "nothing: it links invoice and payment"),
    "stripe.payment_failed": _kind(_payment_failed, "payment_failed, with option payment_failed"),
    "stripe.credit_note": _kind(_credit_note, "nothing: it links invoice and refund", _START),
    "stripe.refund_outside": _kind(_paid_back_outside, "refund", _START),
    "stripe.credit_note_voided": _kind(
        _voided, "nothing: the entry is reversed", _START, "stripe.refund_outside"
    ),
    "stripe.trial": _of_life(_trial_started, "start_trial"),
    "stripe.trial_converted": _of_life(_trial_converted, "trial_converted"),
    "stripe.trial_will_end": _of_life(_trial_will_end, "trial_will_end"),
    "stripe.cancel_scheduled": _of_life(_cancel_scheduled, "subscription_cancel_scheduled"),
    "stripe.cancelled": _of_life(_cancelled, "subscription_cancelled"),
}
"""By name."""
