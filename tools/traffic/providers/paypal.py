"""PayPal's deliveries. Its sandbox has webhooks of its own: nothing in a delivery says which."""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tools.changed import replace
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.paypal_stand_in import Signer, stand_in
from tools.traffic.request import Json, Request
from tools.traffic.sender import Sender

_CAPTURE: Final = "paypal.capture"
_START: Final = "paypal.subscription"
_DISPUTES: Final = "with option disputes"
_FAILED: Final = "payment_failed, with option lifecycle or payment_failed"


def _price(facts: Facts) -> tuple[str, str]:
    """The amount and the currency: 21.60 EUR unless there is a price."""
    if facts.price is None:
        return "21.60", "EUR"
    return facts.price.text, facts.price.currency


def _context(facts: Facts) -> Json:
    """`custom_id` with what fits into it; a reference of the shop's where nothing is known."""
    most = ("ga_client_id", "ga_session_id", "ga_consent_analytics")
    own = {name: text for name, text in facts.visit.metadata.items() if name in most}
    return {"custom_id": json.dumps(own, separators=(",", ":")) if own else f"ref-{facts.order}"}


def _amount(facts: Facts) -> Json:
    value, currency = _price(facts)
    return {"value": value, "currency_code": currency}


def _capture(event_type: str, status: str) -> Make:
    def make(facts: Facts) -> Request:
        own = {
            "id": f"CAPTURE-{facts.order}",
            "status": status,
            "amount": _amount(facts),
            "invoice_id": f"ORDER-{facts.order}",
            "final_capture": True,
            "supplementary_data": {"related_ids": {"order_id": f"PPORDER-{facts.order}"}},
            **_context(facts),
        }
        return _event(event_type, "capture", facts, own)

    return make


def _refund(event_type: str, status: str) -> Make:
    def make(facts: Facts) -> Request:
        capture = f"https://api.paypal.com/v2/payments/captures/CAPTURE-{facts.order}"
        own = {
            "id": f"REFUND-{facts.order}",
            "status": status,
            "amount": _amount(facts),
            "links": [{"rel": "up", "href": capture, "method": "GET"}],
        }
        return _event(event_type, "refund", facts, own)

    return make


def _total(facts: Facts) -> Json:
    """A sale's amount: 21.60 EUR, 3.60 of it tax; with a price, of that and without tax."""
    value, currency = _price(facts)
    if facts.price is None:
        details = {"subtotal": "18.00", "tax": "3.60"}
        return {"total": value, "currency": currency, "details": details}
    return {"total": value, "currency": currency, "details": {"subtotal": value}}


def _sale(name: str) -> Make:
    def make(facts: Facts) -> Request:
        own = {
            "id": f"{name}-{facts.order}",
            "state": "completed",
            "amount": _total(facts),
            "billing_agreement_id": f"I-{facts.order}",
            "custom": _context(facts)["custom_id"],
        }
        return _event("PAYMENT.SALE.COMPLETED", "sale", facts, own)

    return make


def _sale_refund(facts: Facts) -> Request:
    """All of the first sale: PayPal writes it negative."""
    value, currency = _price(facts)
    own = {
        "id": f"SALEREFUND-{facts.order}",
        "state": "completed",
        "sale_id": f"SALE-{facts.order}",
        "amount": {"total": f"-{value}", "currency": currency},
    }
    return _event("PAYMENT.SALE.REFUNDED", "refund", facts, own)


def _dispute(event_type: str, outcome: str | None = None) -> Make:
    def make(facts: Facts) -> Request:
        own: Json = {
            "dispute_id": f"PP-D-{facts.order}",
            "reason": "UNAUTHORISED",
            "dispute_amount": _amount(facts),
            "disputed_transactions": [{"seller_transaction_id": f"CAPTURE-{facts.order}"}],
        }
        if outcome is not None:
            own["dispute_outcome"] = {"outcome_code": outcome, "amount_refunded": _amount(facts)}
        return _event(f"CUSTOMER.DISPUTE.{event_type}", "dispute", facts, own)

    return make


def _subscription(event_type: str) -> Make:
    def make(facts: Facts) -> Request:
        own = {"id": f"I-{facts.order}", **_context(facts)}
        return _event(f"BILLING.SUBSCRIPTION.{event_type}", "subscription", facts, own)

    return make


def _approved(facts: Facts) -> Request:
    unit = {"reference_id": "default", "amount": _amount(facts), **_context(facts)}
    own = {"id": f"PPORDER-{facts.order}", "status": "APPROVED", "purchase_units": [unit]}
    return _event("CHECKOUT.ORDER.APPROVED", "checkout-order", facts, own)


def _event(
    event_type: str, resource_type: str, facts: Facts, resource: Mapping[str, Any]
) -> Request:
    happened_at = rfc3339(facts.now - 5)
    envelope = {
        "id": f"WH-{event_type}-{resource.get('id') or resource.get('dispute_id')}",
        "event_version": "1.0",
        "create_time": happened_at,
        "resource_type": resource_type,
        "event_type": event_type,
        "resource": {**resource, "create_time": happened_at},
    }
    return Request("paypal", json.dumps(envelope).encode(), {"content-type": "application/json"})


def _sign(request: Request, secret: str, now: int) -> Request:
    """Sign as PayPal does; each attempt is a transmission with an id of its own."""
    signer = Signer.read(secret)
    time, checksum = rfc3339(now), zlib.crc32(request.body)
    name = f"69cd13f0-d67a-11e5-baa3-{now:012x}"
    signed = f"{name}|{time}|{signer.webhook_id}|{checksum}".encode()
    signature = {
        "paypal-transmission-id": name,
        "paypal-transmission-time": time,
        "paypal-transmission-sig": signer.signature(signed),
        "paypal-cert-url": signer.url,
        "paypal-auth-algo": "SHA256withRSA",
    }
    return replace(request, headers={**request.headers, **signature})


def _environment(folder: Path, webhook_id: str) -> Mapping[str, str]:
    host = stand_in()
    root, signer = folder / "paypal_root.pem", folder / "paypal_signer.json"
    root.write_text(host.root, encoding="ascii")
    signer.touch(mode=0o600)
    signer.write_text(Signer.read(webhook_id).write(), encoding="ascii")
    return {
        "PAYPAL_API": host.url,
        "CONNECTORS_PAYPAL_ROOT": str(root),
        "CONNECTORS_PAYPAL_SIGNER": f"file:{signer}",
    }


def _kind(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, after, has_price)


SENDER: Final = Sender(
    kinds={
        _CAPTURE: _kind(_capture("PAYMENT.CAPTURE.COMPLETED", "COMPLETED"), "purchase, one_time"),
        "paypal.approved": _kind(_approved, "nothing: the capture is the money", has_price=False),
        "paypal.pending": _kind(
            _capture("PAYMENT.CAPTURE.PENDING", "PENDING"),
            "nothing: it is not completed",
            has_price=False,
        ),
        "paypal.denied": _kind(
            _capture("PAYMENT.CAPTURE.DENIED", "DENIED"), _FAILED, has_price=False
        ),
        _START: _kind(_sale("SALE"), "purchase, subscription_start"),
        "paypal.renewal": _kind(_sale("RENEWAL"), "purchase, subscription_renewal", _START),
        "paypal.sale_refund": _kind(_sale_refund, "refund", _START),
        "paypal.refund": _kind(
            _refund("PAYMENT.CAPTURE.REFUNDED", "COMPLETED"), "refund", _CAPTURE
        ),
        "paypal.refund_failed": _kind(
            _refund("PAYMENT.REFUND.FAILED", "FAILED"),
            "nothing: the entry is reversed",
            _CAPTURE,
            "paypal.refund",
        ),
        "paypal.reversed": _kind(
            _refund("PAYMENT.CAPTURE.REVERSED", "COMPLETED"), f"refund, {_DISPUTES}", _CAPTURE
        ),
        "paypal.dispute": _kind(_dispute("CREATED"), f"dispute_opened, {_DISPUTES}", _CAPTURE),
        "paypal.dispute_lost": _kind(
            _dispute("RESOLVED", "RESOLVED_BUYER_FAVOUR"), f"refund, {_DISPUTES}", _CAPTURE
        ),
        "paypal.dispute_won": _kind(
            _dispute("RESOLVED", "RESOLVED_SELLER_FAVOUR"), "nothing", _CAPTURE, has_price=False
        ),
        "paypal.activated": _kind(_subscription("ACTIVATED"), "nothing", has_price=False),
        "paypal.cancelled": _kind(
            _subscription("CANCELLED"),
            "subscription_cancelled, with option lifecycle",
            has_price=False,
        ),
        "paypal.payment_failed": _kind(_subscription("PAYMENT.FAILED"), _FAILED, has_price=False),
    },
    sign=_sign,
    environment=_environment,
)
