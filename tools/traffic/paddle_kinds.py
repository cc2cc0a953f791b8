"""The kinds of Paddle's deliveries."""

import json
from collections.abc import Mapping
from typing import Final

from tools.traffic import paddle_objects
from tools.traffic.facts import Facts, Kind, Make, rfc3339
from tools.traffic.request import Json, Request


def _transaction(facts: Facts, **fields: object) -> Json:
    """A transaction of 21.60 EUR; with a price, of that."""
    custom = {"order_id": f"ORDER-{facts.order}", **facts.visit.metadata}
    priced: Json = {}
    if facts.price is not None:
        minor, code = facts.price.minor("paddle"), facts.price.currency
        each = paddle_objects.totals(minor, 0, 0)
        whole = {**each, "grand_total": str(minor), "credit": "0", "balance": "0"}
        line = {
            "id": f"txnitm_{facts.order}",
            "price_id": "pri_1",
            "quantity": 1,
            "totals": each,
            "unit_totals": each,
            "product": {"id": "pro_1", "name": "Pro plan"},
        }
        priced = {
            "currency_code": code,
            "details": {"totals": {**whole, "currency_code": code}, "line_items": [line]},
        }
    ids = {
        "id": f"txn_{facts.order}",
        "invoice_id": f"inv_{facts.order}",
        "customer_id": f"ctm_{facts.order}",
    }
    return paddle_objects.transaction(**{**ids, "custom_data": custom, **priced, **fields})


def _adjustment(facts: Facts, **fields: object) -> Json:
    """A refund of 10.80 EUR; with a price, of all of it. It carries nothing of the shop's."""
    priced: Json = {}
    if facts.price is not None:
        minor = facts.price.minor("paddle")
        zero = {"tax": "0", "fee": "0", "earnings": "0"}
        priced = {
            "currency_code": facts.price.currency,
            "totals": {"subtotal": str(minor), "total": str(minor), **zero},
        }
    ids = {
        "id": f"adj_{facts.order}",
        "transaction_id": f"txn_{facts.order}",
        "customer_id": f"ctm_{facts.order}",
    }
    return paddle_objects.adjustment(**{**ids, **priced, **fields})


def _request(event_type: str, data: Json, facts: Facts) -> Request:
    envelope = paddle_objects.event(
        data,
        event_type,
        event_id=f"evt_{event_type}_{facts.order}",
        notification_id=f"ntf_{event_type}_{facts.order}",
        occurred_at=rfc3339(facts.now - 5),
    )
    return Request("paddle", json.dumps(envelope).encode(), {"content-type": "application/json"})


def _paid(facts: Facts) -> Request:
    return _request("transaction.completed", _transaction(facts), facts)


def _refunded(facts: Facts) -> Request:
    return _request("adjustment.updated", _adjustment(facts), facts)


def _kind(make: Make, becomes: str, *after: str) -> Kind:
    return Kind("payment_webhook", make, becomes, after)


PADDLE_KINDS: Final[Mapping[str, Kind]] = {
    "paddle.transaction": _kind(_paid, "purchase, one_time"),
    "paddle.refund": _kind(_refunded, "refund", "paddle.transaction"),
}
"""By name."""
