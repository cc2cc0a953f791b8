"""RevenueCat's deliveries. All are of the sandbox: none is ever money."""

import hashlib
import hmac
import json
from typing import Final

from tools.changed import replace
from tools.traffic.facts import Facts, Kind, Make
from tools.traffic.request import Json, Request
from tools.traffic.sender import Sender

_START: Final = "revenuecat.start"
_OF_TAX: Final = 0.16667


def _event(kind: str, facts: Facts, **fields: object) -> Request:
    """An event of 21.60 EUR, a sixth of it tax; with a price, of that and without tax."""
    price, currency, tax = 21.6, "EUR", _OF_TAX
    if facts.price is not None:
        price, currency, tax = float(facts.price.amount), facts.price.currency, 0.0
    millis = (facts.now - 5) * 1000
    attributes = {
        name: {"value": value, "updated_at_ms": millis}
        for name, value in facts.visit.metadata.items()
    }
    own: Json = {
        "id": f"{kind}-{facts.order}",
        "type": kind,
        "event_timestamp_ms": millis + 1000,
        "purchased_at_ms": millis,
        "expiration_at_ms": millis + 2_592_000_000,
        "environment": "SANDBOX",
        "store": "PLAY_STORE",
        "period_type": "NORMAL",
        "transaction_id": f"GPA.{facts.order}",
        "original_transaction_id": f"GPA.{facts.order}",
        "app_user_id": f"user_{facts.order}",
        "original_app_user_id": f"$RCAnonymousID:{facts.order}",
        "aliases": [f"$RCAnonymousID:{facts.order}"],
        "product_id": "pro:monthly",
        "country_code": "DE",
        "currency": currency,
        # In dollars whatever the currency: what reads it is wrong.
        "price": 999.99,
        "price_in_purchased_currency": price,
        "tax_percentage": tax,
        "commission_percentage": 0.15,
        "takehome_percentage": 0.7,
        "is_family_share": False,
        "subscriber_attributes": attributes,
    }
    body = json.dumps({"api_version": "1.0", "event": {**own, **fields}}).encode()
    return Request("revenuecat", body, {"content-type": "application/json"})


def _made(kind: str, **fields: object) -> Make:
    return lambda facts: _event(kind, facts, **fields)


def _renewed(**fields: object) -> Make:
    def make(facts: Facts) -> Request:
        return _event("RENEWAL", facts, transaction_id=f"GPA.{facts.order}..0", **fields)

    return make


def _refunded(facts: Facts) -> Request:
    price = -21.6 if facts.price is None else -float(facts.price.amount)
    return _event(
        "CANCELLATION",
        facts,
        cancel_reason="CUSTOMER_SUPPORT",
        price=-999.99,
        price_in_purchased_currency=price,
    )


def _of_nothing(kind: str, **fields: object) -> Make:
    return _made(kind, price=0, price_in_purchased_currency=0, **fields)


def _sign(request: Request, secret: str, now: int) -> Request:
    digest = hmac.new(secret.encode(), b"%d." % now + request.body, hashlib.sha256).hexdigest()
    signature = {"x-revenuecat-webhook-signature": f"t={now},v1={digest}"}
    return replace(request, headers={**request.headers, **signature})


def _kind(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, after, has_price)


SENDER: Final = Sender(
    kinds={
        _START: _kind(_made("INITIAL_PURCHASE"), "purchase, subscription_start"),
        "revenuecat.purchase": _kind(
            _made("NON_RENEWING_PURCHASE", expiration_at_ms=None), "purchase, one_time"
        ),
        "revenuecat.renewal": _kind(_renewed(), "purchase, subscription_renewal", _START),
        "revenuecat.trial": _kind(
            _of_nothing("INITIAL_PURCHASE", period_type="TRIAL"),
            "start_trial, with option lifecycle",
            has_price=False,
        ),
        "revenuecat.trial_converted": _kind(
            _renewed(is_trial_conversion=True), "purchase, subscription_start"
        ),
        "revenuecat.refund": _kind(_refunded, "refund", _START),
        "revenuecat.refund_reversed": _kind(
            _made("REFUND_REVERSED"), "nothing: the entry is reversed", _START, "revenuecat.refund"
        ),
        "revenuecat.stripe": _kind(
            _made("INITIAL_PURCHASE", store="STRIPE"), "nothing: Stripe's own webhook says it"
        ),
        "revenuecat.unknown_price": _kind(
            _made("INITIAL_PURCHASE", price=None, price_in_purchased_currency=None),
            "nothing: it names no amount; recorded as withheld",
            has_price=False,
        ),
        "revenuecat.cancelled": _kind(
            _of_nothing("CANCELLATION", cancel_reason="UNSUBSCRIBE"),
            "subscription_cancel_scheduled, with option lifecycle",
            has_price=False,
        ),
        "revenuecat.expired": _kind(
            _of_nothing("EXPIRATION", expiration_reason="UNSUBSCRIBE"),
            "subscription_cancelled, with option lifecycle",
            has_price=False,
        ),
        "revenuecat.billing_issue": _kind(
            _of_nothing("BILLING_ISSUE"),
            "payment_failed, with option lifecycle or payment_failed",
            has_price=False,
        ),
        "revenuecat.product_change": _kind(_made("PRODUCT_CHANGE"), "nothing", has_price=False),
    },
    sign=_sign,
)
