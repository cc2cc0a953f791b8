"""The kinds of Stripe's deliveries about single payments: Checkout, intents, refunds, disputes."""

import json
from collections.abc import Mapping
from typing import Final

from tools.traffic import stripe_events, stripe_sales
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.refunds import Refund
from tools.traffic.request import Json, Request
from tools.traffic.stripe_events import announce
from tools.traffic.stripe_payments import paid_order, subscription

_OLD_API: Final = "2024-06-20"
"""Before refunds of charges had events of their own."""
_FEE_PART: Final = 10


def _checkout(facts: Facts) -> Request:
    return stripe_events.checkout_completed(paid_order(facts)).request


def _unpaid(facts: Facts) -> Request:
    return stripe_events.checkout_completed(paid_order(facts), paid=False).request


def _paid_later(facts: Facts) -> Request:
    return stripe_events.async_payment_succeeded(paid_order(facts)).request


def _failed_later(facts: Facts) -> Request:
    return stripe_events.async_payment_failed(paid_order(facts)).request


def _signed_up(facts: Facts) -> Request:
    return stripe_events.signed_up(subscription(facts)).request


def _refund_of(facts: Facts) -> Refund:
    sale = paid_order(facts)
    return Refund(sale, 1, 0, sale.total)


def _refund(facts: Facts) -> Request:
    return stripe_events.refund_created(_refund_of(facts)).request


def _refund_failed(facts: Facts) -> Request:
    return stripe_events.refund_failed(_refund_of(facts)).request


def _charge_refunded(facts: Facts) -> Request:
    refund = _refund_of(facts)
    return announce(
        "charge.refunded",
        stripe_sales.charge(refund.sale, refunded=refund.after),
        created=refund.made_at,
        shape=refund.sale.shape,
        previous={"amount_refunded": 0},
        api_version=_OLD_API,
    ).request


def _dispute(facts: Facts) -> Request:
    return stripe_events.dispute_opened(_refund_of(facts)).request


def _dispute_lost(facts: Facts) -> Request:
    return stripe_events.dispute_closed(_refund_of(facts)).request


def _intent(facts: Facts, *, type: str = "succeeded", **fields: object) -> Request:  # noqa: A002 - Stripe's
    """An intent that the shop made itself, without Checkout or an invoice."""
    order = paid_order(facts)
    made: Json = {
        **stripe_sales.payment_intent(order),
        "payment_details": {"customer_reference": None, "order_reference": None},
        **fields,
    }
    event = announce(f"payment_intent.{type}", made, created=order.paid_at, shape=order.shape)
    return event.request


def _canceled(facts: Facts) -> Request:
    return _intent(facts, type="canceled", status="canceled", amount_received=0)


def _captured(facts: Facts) -> Request:
    """The money of a Checkout session that was authorised only, captured by hand."""
    order = paid_order(facts)
    made = {**stripe_sales.payment_intent(order), "capture_method": "manual"}
    created = order.paid_at + 2
    return announce("payment_intent.succeeded", made, created=created, shape=order.shape).request


def _with_fee(facts: Facts) -> Request:
    """A payment of which a platform keeps a fee; a price is the fee's."""
    fee = _fee(facts)
    paid = fee * _FEE_PART
    return _intent(facts, application_fee_amount=fee, amount=paid, amount_received=paid)


def _fee_refunded(facts: Facts) -> Request:
    order, fee = paid_order(facts), _fee(facts)
    given_back = {
        "id": f"fee_{facts.order}",
        "object": "application_fee",
        "amount": fee,
        "amount_refunded": fee,
        "charge": order.charge,
        "currency": order.currency.code.lower(),
        "livemode": False,
        "originating_transaction": None,
        "refunded": True,
    }
    return announce(
        "application_fee.refunded",
        given_back,
        created=order.paid_at + 5,
        shape=order.shape,
        previous={"amount_refunded": 0, "refunded": False},
    ).request


def _fee(facts: Facts) -> int:
    order = paid_order(facts)
    return order.total // _FEE_PART if facts.price is None else order.total


def _charge(facts: Facts) -> Request:
    """A charge of the oldest interface, which no intent made."""
    order = paid_order(facts)
    made = {**stripe_sales.charge(order), "payment_intent": None, "payment_details": None}
    return announce("charge.succeeded", made, created=order.paid_at, shape=order.shape).request


def _thin(facts: Facts) -> Request:
    order = paid_order(facts)
    event = {
        "id": f"evt_{facts.order}",
        "object": "v2.core.event",
        "type": "v1.checkout.session.completed",
        "created": rfc3339(order.paid_at),
        "livemode": False,
        "related_object": {
            "id": order.session,
            "type": "checkout.session",
            "url": f"/v1/checkout/sessions/{order.session}",
        },
    }
    return Request("stripe", json.dumps(event).encode(), {"content-type": "application/json"})


def _other(facts: Facts) -> Request:
    order = paid_order(facts)
    customer: Json = {
        "id": order.customer,
        "object": "customer",
        "email": order.email,
        "metadata": {},
    }
    return announce("customer.created", customer, created=order.paid_at, shape=order.shape).request


def _free(facts: Facts) -> Request:
    order = paid_order(facts)
    session: Json = {
        **stripe_sales.order_session(order, payment_status="no_payment_required"),
        "amount_subtotal": 0,
        "amount_total": 0,
        "payment_intent": None,
        "shipping_cost": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    }
    event = announce(
        "checkout.session.completed", session, created=order.paid_at, shape=order.shape
    )
    return event.request


def _kind(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, after, has_price)


_PAID: Final = "stripe.checkout"

STRIPE_KINDS: Final[Mapping[str, Kind]] = {
    _PAID: _kind(_checkout, "purchase, one_time"),
    "stripe.checkout_subscription": _kind(_signed_up, "nothing: its invoice is the money"),
    "stripe.checkout_unpaid": _kind(_unpaid, "nothing yet; the order is remembered"),
    "stripe.checkout_free": _kind(_free, "nothing: there is nothing to pay", has_price=False),
    "stripe.async_payment": _kind(_paid_later, "purchase, one_time", "stripe.checkout_unpaid"),
    "stripe.async_payment_failed": _kind(
        _failed_later, "payment_failed, with option payment_failed", "stripe.checkout_unpaid"
    ),
    "stripe.payment_intent": _kind(_intent, "purchase, one_time, with option payment_intents"),
    "stripe.manual_capture": _kind(_captured, "purchase, one_time", "stripe.checkout_unpaid"),
    "stripe.payment_intent_canceled": _kind(_canceled, "nothing"),
    "stripe.charge": _kind(_charge, "purchase, one_time, with option charges"),
    "stripe.refund": _kind(_refund, "refund", _PAID),
    "stripe.charge_refunded": _kind(_charge_refunded, "refund, before 2024-10-28", _PAID),
    "stripe.refund_failed": _kind(
        _refund_failed, "nothing: the entry is reversed", _PAID, "stripe.refund"
    ),
    "stripe.dispute": _kind(_dispute, "dispute_opened, with option disputes", _PAID),
    "stripe.dispute_lost": _kind(
        _dispute_lost, "refund, with option disputes", _PAID, "stripe.dispute"
    ),
    "stripe.application_fee": _kind(
        _with_fee, "purchase of the fee, with option value application_fee"
    ),
    "stripe.application_fee_refunded": _kind(
        _fee_refunded,
        "refund of the fee, with option value application_fee",
        "stripe.application_fee",
    ),
    "stripe.thin": _kind(_thin, "what its snapshot would be, with option api_key", has_price=False),
    "stripe.other": _kind(_other, "nothing", has_price=False),
}
"""By name."""
