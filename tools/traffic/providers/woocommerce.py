"""WooCommerce's deliveries: orders as they are, at each change."""

import base64
import hashlib
import hmac
import json
from typing import Final

from tools.changed import replace
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.request import Json, Request
from tools.traffic.sender import Sender

_PAID: Final = "woocommerce.order"


def _number(facts: Facts) -> int:
    """WooCommerce's ids are numbers."""
    return int.from_bytes(hashlib.sha256(facts.order.encode()).digest()[:5]) + 1


def _order(facts: Facts, **fields: object) -> Request:
    """An order of 27.60 EUR, 4.60 of it tax and 5.00 shipping; with a price, of that."""
    money: Json = {
        "currency": "EUR",
        "total": "27.60",
        "total_tax": "4.60",
        "shipping_total": "5.00",
        "discount_total": "2.00",
        "line_items": [_line("18.00", "20.00")],
        "coupon_lines": [{"id": 3, "code": "ten", "discount": "2.00"}],
    }
    if facts.price is not None:
        amount = facts.price.text
        money = {
            "currency": facts.price.currency,
            "total": amount,
            "total_tax": "0.00",
            "shipping_total": "0.00",
            "line_items": [_line(amount, amount, quantity=1)],
        }
    paid = rfc3339(facts.now - 5).removesuffix("Z")
    body: Json = {
        "id": _number(facts),
        "number": str(_number(facts)),
        "status": "processing",
        "date_created_gmt": rfc3339(facts.now - 60).removesuffix("Z"),
        "date_modified_gmt": paid,
        "date_paid_gmt": paid,
        "customer_id": 7,
        "created_via": "checkout",
        "payment_method": "cheque",
        "billing": {"email": "buyer@example.com"},
        "meta_data": [
            {"id": at, "key": key, "value": value}
            for at, (key, value) in enumerate(facts.visit.metadata.items(), 1)
        ],
        "refunds": [],
        **money,
        **fields,
    }
    headers = {
        "content-type": "application/json",
        "x-wc-webhook-source": "https://shop.example.com/",
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-resource": "order",
        "x-wc-webhook-event": "updated",
        "x-wc-webhook-id": "1",
        "x-wc-webhook-delivery-id": hashlib.sha256(facts.order.encode()).hexdigest()[:32],
    }
    return Request("woocommerce", json.dumps(body).encode(), headers)


def _line(total: str, subtotal: str, quantity: int = 2) -> Json:
    return {
        "id": 11,
        "name": "Mug",
        "product_id": 31,
        "variation_id": 0,
        "quantity": quantity,
        "subtotal": subtotal,
        "total": total,
        "sku": "mug",
        "price": 0.3333333333,
    }


def _made(**fields: object) -> Make:
    return lambda facts: _order(facts, **fields)


def _refunded(facts: Facts) -> Request:
    """A refund of half of it; with a price, of all of it."""
    amount = "13.80" if facts.price is None else facts.price.text
    refund = {"id": _number(facts) + 2**41, "reason": "", "total": f"-{amount}"}
    return _order(facts, refunds=[refund])


def _renewed(facts: Facts) -> Request:
    sent = json.loads(_order(facts).body)
    meta = [*sent["meta_data"], {"id": 99, "key": "_subscription_renewal", "value": "55"}]
    return _order(facts, created_via="subscription", meta_data=meta)


def _sign(request: Request, secret: str, now: int) -> Request:  # noqa: ARG001 - no time is signed
    digest = hmac.digest(secret.encode(), request.body, hashlib.sha256)
    signature = {"x-wc-webhook-signature": base64.b64encode(digest).decode()}
    return replace(request, headers={**request.headers, **signature})


def _kind(make: Make, becomes: str, *after: str) -> Kind:
    return Kind("payment_webhook", make, becomes, after)


SENDER: Final = Sender(
    kinds={
        _PAID: _kind(_made(), "purchase, one_time"),
        "woocommerce.renewal": _kind(_renewed, "purchase, subscription_renewal"),
        "woocommerce.refund": _kind(_refunded, "refund", _PAID),
        "woocommerce.unpaid": _kind(
            _made(status="on-hold", date_paid_gmt=None), "nothing: it is not paid"
        ),
    },
    sign=_sign,
)
