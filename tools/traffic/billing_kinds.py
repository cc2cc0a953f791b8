"""The kinds of `billing-event/1`, as a webhook and as the renewals topic carries it.

That topic also carries events of Stripe, Shopify and Google Play.
"""

import json
from collections.abc import Mapping
from typing import Final

from tools.traffic import messages
from tools.traffic.facts import Facts, Kind, Make
from tools.traffic.message_parts import priced_fields, pushed, pushed_message, usual_fields
from tools.traffic.request import Json, Request
from tools.traffic.shopify_kinds import SHOPIFY_KINDS
from tools.traffic.stripe_subscription_kinds import STRIPE_SUBSCRIPTION_KINDS

_JSON: Final = {"content-type": "application/json"}
_APP: Final = "com.example.shop"


def _purchase(facts: Facts) -> Json:
    return messages.billing_event(
        event_id=f"bev_{facts.order}",
        transaction_id=f"ORDER-{facts.order}",
        customer_id=f"cust_{facts.order}",
        **priced_fields(facts),
        **usual_fields(facts),
    )


def _renewal(facts: Facts, **fields: object) -> Json:
    own = {
        "event_id": f"bev_r_{facts.order}",
        "transaction_id": f"RENEWAL-{facts.order}",
        "subscription_id": f"sub_{facts.order}",
        "customer_id": f"cust_{facts.order}",
    }
    return messages.renewal(**{**own, **priced_fields(facts), **usual_fields(facts), **fields})


def _refund(facts: Facts, original: str) -> Json:
    """A refund of 10.80 EUR; with a price, of all of it."""
    paid = {name: value for name, value in priced_fields(facts).items() if name == "money"}
    return messages.refund(
        event_id=f"bev_b_{facts.order}",
        original_transaction_id=f"{original}-{facts.order}",
        customer_id=f"cust_{facts.order}",
        **paid,
        **usual_fields(facts),
    )


def _subscribed(facts: Facts) -> Json:
    return {
        **_purchase(facts),
        "type": "subscription.started",
        "subscription_id": f"sub_{facts.order}",
    }


def _step(facts: Facts, type: str) -> Json:  # noqa: A002 - the message's
    step = messages.billing_event(
        event_id=f"bev_s_{facts.order}",
        type=type,
        subscription_id=f"sub_{facts.order}",
        customer_id=f"cust_{facts.order}",
        **usual_fields(facts),
    )
    return {name: step[name] for name in step if name not in ("money", "items", "transaction_id")}


def _standard(message: Json) -> Request:
    return Request("standard", json.dumps(message).encode(), _JSON)


def _stripe_event(facts: Facts) -> bytes:
    return STRIPE_SUBSCRIPTION_KINDS["stripe.renewal"].make(facts).body


def _on_event_bus(facts: Facts) -> Request:
    """Stripe's event inside the `detail` of Amazon EventBridge."""
    event = {
        "version": "0",
        "id": f"bus_{facts.order}",
        "source": "aws.partner/stripe.com/ed_test_1",
        "detail-type": "invoice.paid",
        "detail": json.loads(_stripe_event(facts)),
    }
    return pushed(json.dumps(event).encode(), facts, f"m_{facts.order}")


def _of_shopify(facts: Facts) -> Request:
    """Shopify's own delivery to Pub/Sub: what would be headers are attributes."""
    made = SHOPIFY_KINDS["shopify.renewal"].make(facts)
    attributes = {
        "-".join(part.capitalize() for part in name.split("-")): value
        for name, value in made.headers.items()
        if name.startswith("x-")
    }
    return pushed(made.body, facts, f"m_{facts.order}", attributes)


def _play_order(facts: Facts) -> Request:
    """The payment itself, which a backend asked Google for: a notification names no amount."""
    order = _renewal(facts, provider="google_play", transaction_id=f"GPA.{facts.order}")
    return pushed_message(order, facts)


def _play(facts: Facts, **notification: object) -> Request:
    document = {
        "version": "1.0",
        "packageName": _APP,
        "eventTimeMillis": str((facts.now - 5) * 1000),
        **notification,
    }
    return pushed(json.dumps(document).encode(), facts, f"m_{facts.order}")


def _play_renewed(facts: Facts) -> Request:
    renewed = {"version": "1.0", "notificationType": 2, "purchaseToken": f"token-{facts.order}"}
    return _play(facts, subscriptionNotification={**renewed, "subscriptionId": "pro"})


def _play_voided(facts: Facts) -> Request:
    voided = {"purchaseToken": f"token-{facts.order}", "orderId": f"GPA.{facts.order}"}
    return _play(facts, voidedPurchaseNotification={**voided, "productType": 1, "refundType": 1})


def _webhook(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, after, has_price)


def _topic(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("subscription_renewal", make, becomes, after, has_price)


def _standard_step(type: str, name: str) -> Kind:  # noqa: A002 - the message's
    return _webhook(lambda facts: _standard(_step(facts, type)), name, has_price=False)


BILLING_KINDS: Final[Mapping[str, Kind]] = {
    "standard.purchase": _webhook(lambda f: _standard(_purchase(f)), "purchase, one_time"),
    "standard.refund": _webhook(
        lambda f: _standard(_refund(f, "ORDER")), "refund", "standard.purchase"
    ),
    "standard.subscription": _webhook(
        lambda f: _standard(_subscribed(f)), "purchase, subscription_start"
    ),
    "standard.renewal": _webhook(
        lambda f: _standard(_renewal(f)), "purchase, subscription_renewal"
    ),
    "standard.trial": _standard_step("subscription.trial_started", "start_trial"),
    "standard.trial_converted": _standard_step("subscription.trial_converted", "trial_converted"),
    "standard.cancelled": _standard_step("subscription.cancelled", "subscription_cancelled"),
    "standard.payment_failed": _standard_step("payment.failed", "payment_failed"),
    "renewal": _topic(lambda f: pushed_message(_renewal(f), f), "purchase, subscription_renewal"),
    "renewal.refund": _topic(
        lambda f: pushed_message(_refund(f, "RENEWAL"), f), "refund", "renewal"
    ),
    "renewal.stripe": _topic(
        lambda f: pushed(_stripe_event(f), f, f"m_{f.order}"), "purchase, subscription_renewal"
    ),
    "renewal.event_bus": _topic(_on_event_bus, "purchase, subscription_renewal"),
    "renewal.shopify": _topic(_of_shopify, "purchase, subscription_renewal"),
    "google_play": _topic(
        _play_renewed, "nothing: it names no amount; recorded as withheld", has_price=False
    ),
    "google_play.order": _topic(_play_order, "purchase, subscription_renewal"),
    "google_play.voided": _topic(_play_voided, "refund", "google_play.order"),
}
"""By name."""
