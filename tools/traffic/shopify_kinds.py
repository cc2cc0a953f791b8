"""The kinds of Shopify's deliveries. All are of test orders: none is ever money."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from tools.traffic import shopify_objects
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.request import Json, Request


def _order(facts: Facts, **fields: object) -> Json:
    """An order of 27.60 EUR; with a price, of that."""
    attributes = [{"name": name, "value": value} for name, value in facts.visit.metadata.items()]
    priced: Json = {}
    if facts.price is not None:
        amount, code = facts.price.text, facts.price.currency
        line = shopify_objects.line(quantity=1, price=amount, discount_allocations=[], tax_lines=[])
        priced = {
            "currency": code,
            "total_price": amount,
            "subtotal_price": amount,
            "total_tax": "0.00",
            "total_shipping_price_set": shopify_objects.money_set("0.00", code),
            "discount_codes": [],
            "shipping_lines": [],
            "line_items": [line],
        }
    number = _number(facts)
    own = {
        "id": number,
        "name": f"#{facts.order}",
        "checkout_token": f"ck_{facts.order}",
        "customer": {"id": number + 2, "email": "buyer@example.com"},
        "note_attributes": attributes,
        "test": True,
    }
    return shopify_objects.order(**{**own, **priced, **fields})


def _refund(facts: Facts) -> Json:
    """A refund of 10.80 EUR; with a price, of all of it. It carries nothing of the shop's."""
    number = _number(facts)
    moved = shopify_objects.moved("10.80", test=True)
    priced: Json = {}
    if facts.price is not None:
        amount, code = facts.price.text, facts.price.currency
        moved = shopify_objects.moved(amount, currency=code, test=True)
        returned = shopify_objects.refund_line(amount, "0.00")
        sets = {
            "subtotal_set": shopify_objects.money_set(amount, code),
            "total_tax_set": shopify_objects.money_set("0.00", code),
        }
        priced = {"refund_line_items": [{**returned, **sets}]}
    return shopify_objects.refund(
        **{"id": number + 1, "order_id": number, "transactions": [moved], **priced}
    )


def _request(topic: str, document: Json, facts: Facts) -> Request:
    happened_at = rfc3339(facts.now - 5)
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-event-id": f"event-{topic}-{facts.order}",
        "x-shopify-webhook-id": f"webhook-{topic}-{facts.order}",
        "x-shopify-triggered-at": rfc3339(facts.now),
    }
    body = {**document, "processed_at": happened_at, "created_at": happened_at}
    return Request("shopify", json.dumps(body).encode(), headers)


def _number(facts: Facts) -> int:
    """Shopify's ids are numbers."""
    return int.from_bytes(hashlib.sha256(facts.order.encode()).digest()[:6])


def _paid(facts: Facts) -> Request:
    return _request("orders/paid", _order(facts), facts)


def _renewed(facts: Facts) -> Request:
    renewed = _order(facts, source_name="subscription_contract_checkout_one")
    return _request("orders/paid", renewed, facts)


def _changed(facts: Facts) -> Request:
    return _request("orders/updated", _order(facts), facts)


def _refunded(facts: Facts) -> Request:
    return _request("refunds/create", _refund(facts), facts)


def _kind(make: Make, becomes: str, *after: str) -> Kind:
    return Kind("payment_webhook", make, becomes, after)


SHOPIFY_KINDS: Final[Mapping[str, Kind]] = {
    "shopify.order": _kind(_paid, "purchase, one_time"),
    "shopify.renewal": _kind(_renewed, "purchase, subscription_renewal"),
    "shopify.updated": _kind(_changed, "nothing: it may say that consent was denied"),
    "shopify.refund": _kind(_refunded, "refund", "shopify.order"),
}
"""By name."""
