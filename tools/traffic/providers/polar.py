"""Polar's deliveries. It has no test mode: its sandbox is another server with other secrets."""

import base64
import hashlib
import hmac
import json
from typing import Final

from tools.changed import replace
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.request import Json, Request
from tools.traffic.sales import PERIOD_SECONDS
from tools.traffic.sender import Sender

_ORDER: Final = "polar.order"
_START: Final = "polar.subscription"
_LIFE: Final = "with option lifecycle"


def _order(facts: Facts, **fields: object) -> Json:
    """An order of 21.60 EUR, 3.60 of it tax; with a price, of that and without tax."""
    net, tax, currency = 1800, 360, "eur"
    if facts.price is not None:
        net, tax = facts.price.minor("polar"), 0
        currency = facts.price.currency.lower()
    line = {"id": f"item_{facts.order}", "label": "Pro plan", "amount": net, "tax_amount": tax}
    return {
        "id": f"order_{facts.order}",
        "created_at": rfc3339(facts.now - 6),
        "modified_at": None,
        "status": "paid",
        "paid": True,
        "subtotal_amount": net,
        "discount_amount": 0,
        "net_amount": net,
        "tax_amount": tax,
        "total_amount": net + tax,
        "applied_balance_amount": 0,
        "due_amount": net + tax,
        "refunded_amount": 0,
        "refunded_tax_amount": 0,
        "currency": currency,
        "billing_reason": "purchase",
        "customer_id": f"customer_{facts.order}",
        "product_id": "product_1",
        "product": {"id": "product_1", "name": "Pro plan", "metadata": {}},
        "discount_id": None,
        "discount": None,
        "subscription_id": None,
        "subscription": None,
        "checkout_id": f"checkout_{facts.order}",
        "items": [{**line, "proration": False, "product_price_id": "price_1"}],
        "metadata": dict(facts.visit.metadata),
        **fields,
    }


def _paid(event_type: str = "order.paid", **fields: object) -> Make:
    return lambda facts: _event(event_type, facts, _order(facts, **fields))


def _of_subscription(reason: str, **fields: object) -> Make:
    """An order of a subscription: its first, or a later one, which no checkout made."""

    def make(facts: Facts) -> Request:
        own: Json = {"subscription_id": f"subscription_{facts.order}", "billing_reason": reason}
        if reason != "subscription_create":
            own |= {"id": f"order_{reason}_{facts.order}", "checkout_id": None}
        return _event("order.paid", facts, _order(facts, **own, **fields))

    return make


def _after_trial(facts: Facts) -> Request:
    """The first order that is paid: Polar calls it a cycle like any later one."""
    ended = rfc3339(facts.now - 60)
    period = {"status": "active", "trial_end": ended, "current_period_start": ended}
    return _of_subscription("subscription_cycle", subscription=period)(facts)


def _refund(event_type: str = "refund.created", **fields: object) -> Make:
    """A refund of 10.80 EUR, 1.80 of it tax; with a price, of all of it."""

    def make(facts: Facts) -> Request:
        own: Json = {"amount": 900, "tax_amount": 180, "currency": "eur"}
        if facts.price is not None:
            own |= {
                "amount": facts.price.minor("polar"),
                "tax_amount": 0,
                "currency": facts.price.currency.lower(),
            }
        ids = {"id": f"refund_{facts.order}", "order_id": f"order_{facts.order}"}
        data = {"status": "succeeded", "reason": "customer_request", "dispute": None, **own, **ids}
        return _event(event_type, facts, {**data, **fields})

    return make


def _subscription(event_type: str, **fields: object) -> Make:
    def make(facts: Facts) -> Request:
        then = rfc3339(facts.now - 5)
        data = {
            "id": f"subscription_{facts.order}",
            "status": "active",
            "customer_id": f"customer_{facts.order}",
            "trial_start": None,
            "trial_end": None,
            "current_period_start": then,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "ended_at": None,
            "customer_cancellation_reason": None,
            "customer_cancellation_comment": None,
            "metadata": dict(facts.visit.metadata),
        }
        # `NOW` stands for a moment before: what happened then is what the event tells.
        own = {name: then if value == "NOW" else value for name, value in fields.items()}
        return _event(f"subscription.{event_type}", facts, {**data, **own})

    return make


def _trial(facts: Facts) -> Request:
    ends = rfc3339(facts.now + PERIOD_SECONDS)
    return _subscription("created", status="trialing", trial_start="NOW", trial_end=ends)(facts)


def _event(event_type: str, facts: Facts, data: Json) -> Request:
    envelope = {
        "type": event_type,
        "timestamp": rfc3339(facts.now - 5),
        "api_version": "2026-10",
        "data": data,
    }
    return Request("polar", json.dumps(envelope).encode(), {"content-type": "application/json"})


def _sign(request: Request, secret: str, now: int) -> Request:
    """Sign with the secret's text itself: Polar's quirk, where the standard decodes base64."""
    # The id is the same for every retry of a delivery, whenever that is made.
    name = f"msg_{hashlib.sha256(request.body).hexdigest()[:24]}"
    signed = f"{name}.{now}.".encode() + request.body
    digest = base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()
    signature = {
        "webhook-id": name,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{digest}",
    }
    return replace(request, headers={**request.headers, **signature})


def _kind(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, after, has_price)


SENDER: Final = Sender(
    kinds={
        _ORDER: _kind(_paid(), "purchase, one_time"),
        _START: _kind(_of_subscription("subscription_create"), "purchase, subscription_start"),
        "polar.renewal": _kind(
            _of_subscription("subscription_cycle"), "purchase, subscription_renewal"
        ),
        "polar.subscription_update": _kind(
            _of_subscription("subscription_update"), "purchase, subscription_update"
        ),
        "polar.usage": _kind(_of_subscription("subscription_meter_cycle"), "purchase, usage"),
        "polar.trial": _kind(_trial, f"start_trial, {_LIFE}", has_price=False),
        "polar.after_trial": _kind(_after_trial, "purchase, subscription_start"),
        "polar.updated": _kind(
            _paid("order.updated"), "nothing: it may say that consent was denied", has_price=False
        ),
        "polar.refund": _kind(_refund(), "refund", _ORDER),
        "polar.refund_failed": _kind(
            _refund("refund.updated", status="failed"),
            "nothing: the entry is reversed",
            _ORDER,
            "polar.refund",
        ),
        "polar.cancel_scheduled": _kind(
            _subscription("canceled", cancel_at_period_end=True, canceled_at="NOW"),
            f"subscription_cancel_scheduled, {_LIFE}",
            has_price=False,
        ),
        "polar.cancelled": _kind(
            _subscription("revoked", status="canceled", canceled_at="NOW", ended_at="NOW"),
            f"subscription_cancelled, {_LIFE}",
            has_price=False,
        ),
        "polar.payment_failed": _kind(
            _subscription("past_due", status="past_due", past_due_at="NOW"),
            f"payment_failed, {_LIFE} or payment_failed",
            has_price=False,
        ),
    },
    sign=_sign,
)
