"""Chargebee's deliveries, for `connectors trigger` and the tests."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from tools.changed import replace
from tools.traffic.facts import Facts, Kind, Make
from tools.traffic.request import Json, Request
from tools.traffic.sender import Sender

_MONTH: Final = 30 * 86_400


def _payment(name: str = "1", *, first: bool = True, subscribed: bool = True) -> Make:
    """A payment of 21.60 EUR, 3.60 of it tax; with a price, of that."""

    def make(facts: Facts) -> Request:
        amount, tax, currency = 2160, 360, "EUR"
        if facts.price is not None:
            amount, tax = facts.price.minor("chargebee"), 0
            currency = facts.price.currency
        invoice = f"inv_{facts.order}_{name}"
        whose = _whose(facts, "active") if subscribed else _customer(facts)
        linked = {"invoice_id": invoice, "applied_amount": amount, "invoice_total": amount}
        paid = _transaction(facts, f"txn_{facts.order}_{name}", "payment", amount, currency)
        line = {
            "id": f"li_{facts.order}_{name}",
            "object": "line_item",
            "entity_id": "pro-EUR-monthly",
            "entity_type": "plan_item_price" if subscribed else "charge_item_price",
            "description": "Pro plan",
            "quantity": 1,
            "unit_amount": amount - tax,
            "amount": amount - tax,
            "discount_amount": 0,
            "item_level_discount_amount": 0,
            "tax_amount": tax,
            "is_taxed": tax > 0,
        }
        billed = {
            "id": invoice,
            "object": "invoice",
            "customer_id": f"cust_{facts.order}",
            "currency_code": currency,
            "status": "paid",
            "price_type": "tax_exclusive",
            "recurring": subscribed,
            "first_invoice": first,
            "date": facts.now - 20,
            "total": amount,
            "sub_total": amount - tax,
            "tax": tax,
            "amount_paid": amount,
            "amount_due": 0,
            "credits_applied": 0,
            "line_items": [line],
            "discounts": [],
        }
        if subscribed:
            billed["subscription_id"] = f"sub_{facts.order}"
        content = {"transaction": {**paid, "linked_invoices": [linked]}, "invoice": billed, **whose}
        return _event("payment_succeeded", facts, content, name)

    return make


def _refund(facts: Facts) -> Request:
    """A refund of 10.80 EUR; with a price, of all of it."""
    amount, currency = 1080, "EUR"
    if facts.price is not None:
        amount, currency = facts.price.minor("chargebee"), facts.price.currency
    invoice, note = f"inv_{facts.order}_1", f"cn_{facts.order}"
    back = _transaction(facts, f"txn_{facts.order}_r", "refund", amount, currency)
    credit = {"cn_id": note, "applied_amount": amount, "cn_reference_invoice_id": invoice}
    paid = {"id": f"txn_{facts.order}_1", "status": "success", "amount": amount}
    content = {
        "transaction": {
            **back,
            "refunded_txn_id": paid["id"],
            "linked_credit_notes": [credit],
            "linked_payments": [paid],
        },
        "credit_note": {
            "id": note,
            "object": "credit_note",
            "type": "refundable",
            "reference_invoice_id": invoice,
            "total": amount,
        },
        **_customer(facts),
    }
    return _event("payment_refunded", facts, content)


def _chargeback(facts: Facts) -> Request:
    """What the bank took back: all of the payment."""
    amount, currency = 2160, "EUR"
    if facts.price is not None:
        amount, currency = facts.price.minor("chargebee"), facts.price.currency
    back = _transaction(facts, f"txn_{facts.order}_b", "payment_reversal", amount, currency)
    paid = {"id": f"txn_{facts.order}_1", "status": "success", "amount": amount}
    of = {"invoice_id": f"inv_{facts.order}_1", "applied_amount": amount}
    linked = {"linked_payments": [paid], "linked_invoices": [of]}
    content = {"transaction": {**back, **linked}, **_customer(facts)}
    return _event("transaction_created", facts, content)


def _failed(facts: Facts) -> Request:
    tried = _transaction(facts, f"txn_{facts.order}_f", "payment", 2160, "EUR")
    content = {"transaction": {**tried, "status": "failure"}, **_whose(facts, "active")}
    return _event("payment_failed", facts, content)


def _life(event_type: str, status: str, **fields: object) -> Make:
    def make(facts: Facts) -> Request:
        whose = _whose(facts, status)
        whose["subscription"] |= fields
        return _event(event_type, facts, whose)

    return make


def _transaction(facts: Facts, name: str, kind: str, amount: int, currency: str) -> Json:
    return {
        "id": name,
        "object": "transaction",
        "type": kind,
        "status": "success",
        "amount": amount,
        "amount_unused": 0,
        "currency_code": currency,
        "date": facts.now - 10,
        "customer_id": f"cust_{facts.order}",
        "gateway": "chargebee",
        "payment_method": "card",
        "resource_version": (facts.now - 10) * 1000,
    }


def _customer(facts: Facts) -> Json:
    meta = dict(facts.visit.metadata)
    return {"customer": {"id": f"cust_{facts.order}", "object": "customer", "meta_data": meta}}


def _whose(facts: Facts, status: str) -> Any:  # noqa: ANN401 - JSON
    subscription = {
        "id": f"sub_{facts.order}",
        "object": "subscription",
        "customer_id": f"cust_{facts.order}",
        "status": status,
        "meta_data": dict(facts.visit.metadata),
    }
    customer = {"id": f"cust_{facts.order}", "object": "customer"}
    return {"subscription": subscription, "customer": customer}


def _event(event_type: str, facts: Facts, content: Json, name: str = "") -> Request:
    envelope = {
        "id": f"ev_{facts.order}_{event_type}{name}",
        "occurred_at": facts.now - 5,
        "source": "scheduled_job",
        "object": "event",
        "api_version": "v2",
        "event_type": event_type,
        "webhook_status": "scheduled",
        "content": content,
    }
    body = json.dumps(envelope).encode()
    return Request("chargebee", body, {"content-type": "application/json"})


def _sign(request: Request, secret: str, _now: int) -> Request:
    given = base64.b64encode(secret.encode()).decode()
    return replace(request, headers={**request.headers, "authorization": f"Basic {given}"})


_KINDS: Final[Mapping[str, Kind]] = {
    "chargebee.payment": Kind("payment_webhook", _payment(subscribed=False), "purchase, one_time"),
    "chargebee.subscription": Kind("payment_webhook", _payment(), "purchase, subscription_start"),
    "chargebee.renewal": Kind(
        "payment_webhook",
        _payment("2", first=False),
        "purchase, subscription_renewal",
        ("chargebee.subscription",),
    ),
    "chargebee.refund": Kind("payment_webhook", _refund, "refund", ("chargebee.subscription",)),
    "chargebee.chargeback": Kind(
        "payment_webhook",
        _chargeback,
        "refund, with option disputes",
        ("chargebee.payment",),
    ),
    "chargebee.trial": Kind(
        "payment_webhook",
        _life("subscription_created", "in_trial"),
        "start_trial, with option lifecycle",
        has_price=False,
    ),
    "chargebee.trial_converted": Kind(
        "payment_webhook",
        _life("subscription_activated", "active"),
        "trial_converted, with option lifecycle",
        has_price=False,
    ),
    "chargebee.cancelled": Kind(
        "payment_webhook",
        _life("subscription_cancelled", "cancelled", cancel_reason="not_paid"),
        "subscription_cancelled, with option lifecycle",
        has_price=False,
    ),
    "chargebee.payment_failed": Kind(
        "payment_webhook", _failed, "payment_failed, with option payment_failed", has_price=False
    ),
    "chargebee.changed": Kind(
        "payment_webhook",
        _life("subscription_changed", "active"),
        "nothing; it may deny",
        has_price=False,
    ),
}

SENDER: Final = Sender(kinds=_KINDS, sign=_sign)
