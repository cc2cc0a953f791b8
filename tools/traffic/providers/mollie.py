"""Mollie's signed events. All are of the test mode: none is ever money."""

import hashlib
import hmac
import json
from typing import Final

from tools.changed import replace
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.request import Json, Request
from tools.traffic.sender import Sender

_PAID: Final = "mollie.payment"


def _amount(value: str, currency: str = "EUR") -> Json:
    return {"value": value, "currency": currency}


def _event(kind: str, entity: Json, facts: Facts) -> Request:
    body = {
        "resource": "event",
        "id": f"event_{kind.replace('.', '')}{facts.order}",
        "type": kind,
        "entityId": entity["id"],
        "createdAt": rfc3339(facts.now - 1),
        "_embedded": {"entity": entity},
    }
    return Request("mollie", json.dumps(body).encode(), {"content-type": "application/json"})


def _payment(kind: str = "payment.paid", **fields: object) -> Make:
    """A payment of 27.60 EUR, 4.60 of it VAT and 5.00 shipping; with a price, of that."""

    def make(facts: Facts) -> Request:
        lines = [
            {
                "type": "physical",
                "description": "Mug",
                "sku": "mug",
                "quantity": 2,
                "totalAmount": _amount("21.60"),
                "vatAmount": _amount("3.60"),
            },
            {
                "type": "shipping_fee",
                "description": "Post",
                "quantity": 1,
                "totalAmount": _amount("6.00"),
                "vatAmount": _amount("1.00"),
            },
        ]
        money: Json = {"amount": _amount("27.60"), "lines": lines}
        if facts.price is not None:
            money = {"amount": _amount(facts.price.text, facts.price.currency)}
        entity: Json = {
            "resource": "payment",
            "id": f"tr_{facts.order}",
            "mode": "test",
            "status": "paid",
            "paidAt": rfc3339(facts.now - 5),
            "sequenceType": "oneoff",
            "customerId": f"cst_{facts.order}",
            "metadata": dict(facts.visit.metadata),
            **money,
            **fields,
        }
        return _event(kind, entity, facts)

    return make


def _recurring(facts: Facts) -> Request:
    fields = {"sequenceType": "recurring", "subscriptionId": f"sub_{facts.order}"}
    return _payment(**fields)(facts)


def _back(kind: str, name: str, **fields: object) -> Make:
    """What went back: half of it; with a price, all of it."""

    def make(facts: Facts) -> Request:
        amount = _amount("13.80")
        if facts.price is not None:
            amount = _amount(facts.price.text, facts.price.currency)
        entity: Json = {
            "id": f"{name}_{facts.order}",
            "mode": "test",
            "paymentId": f"tr_{facts.order}",
            "amount": amount,
            "createdAt": rfc3339(facts.now - 3),
            **fields,
        }
        return _event(kind, entity, facts)

    return make


def _sign(request: Request, secret: str, now: int) -> Request:  # noqa: ARG001 - no time is signed
    digest = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    return replace(request, headers={**request.headers, "x-mollie-signature": f"sha256={digest}"})


def _kind(make: Make, becomes: str, *after: str, has_price: bool = True) -> Kind:
    return Kind("payment_webhook", make, becomes, after, has_price)


SENDER: Final = Sender(
    kinds={
        _PAID: _kind(_payment(), "purchase, one_time"),
        "mollie.first": _kind(_payment(sequenceType="first"), "purchase, subscription_start"),
        "mollie.recurring": _kind(_recurring, "purchase, subscription_renewal"),
        "mollie.refund": _kind(_back("refund.refunded", "re", status="refunded"), "refund", _PAID),
        "mollie.refund_failed": _kind(
            _back("refund.failed", "re", status="failed"),
            "nothing: the entry is reversed",
            _PAID,
            "mollie.refund",
        ),
        "mollie.chargeback": _kind(
            _back("chargeback.received", "chb"), "refund, with option disputes", _PAID
        ),
        "mollie.authorized": _kind(
            _payment("payment.authorized", status="authorized"), "nothing: it is not paid yet"
        ),
        "mollie.failed": _kind(
            _payment("payment.failed", status="failed"),
            "payment_failed, with option lifecycle or payment_failed",
            has_price=False,
        ),
    },
    sign=_sign,
)
