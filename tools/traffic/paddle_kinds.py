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
    state = f"{event_type}_{data.get('status')}_{facts.order}"
    envelope = paddle_objects.event(
        data,
        event_type,
        event_id=f"evt_{state}",
        notification_id=f"ntf_{state}",
        occurred_at=rfc3339(facts.now - 5),
    )
    return Request("paddle", json.dumps(envelope).encode(), {"content-type": "application/json"})


def _completed(**fields: object) -> Make:
    return lambda facts: _request("transaction.completed", _transaction(facts, **fields), facts)


def _of_subscription(origin: str) -> Make:
    """A transaction of a subscription, by what Paddle says of its origin."""
    return lambda facts: _completed(origin=origin, subscription_id=f"sub_{facts.order}")(facts)


def _changed(facts: Facts) -> Request:
    return _request("transaction.updated", _transaction(facts), facts)


def _adjusted(event_type: str = "adjustment.updated", **fields: object) -> Make:
    return lambda facts: _request(event_type, _adjustment(facts, **fields), facts)


def _chargeback_won(facts: Facts) -> Request:
    """Another adjustment than the chargeback, over the same money."""
    won = _adjustment(facts, action="chargeback_reverse", id=f"adj_won_{facts.order}")
    return _request("adjustment.created", won, facts)


def _kind(make: Make, becomes: str, *after: str) -> Kind:
    return Kind("payment_webhook", make, becomes, after)


_PAID: Final = "paddle.transaction"
_ENTRY_REVERSED: Final = "nothing: the entry is reversed"

PADDLE_KINDS: Final[Mapping[str, Kind]] = {
    _PAID: _kind(_completed(), "purchase, one_time"),
    "paddle.subscription": _kind(_of_subscription("web"), "purchase, subscription_start"),
    "paddle.renewal": _kind(
        _of_subscription("subscription_recurring"), "purchase, subscription_renewal"
    ),
    "paddle.updated": _kind(_changed, "nothing: it may say that consent was denied"),
    "paddle.refund": _kind(_adjusted(), "refund", _PAID),
    "paddle.refund_reversed": _kind(
        _adjusted(status="reversed"), _ENTRY_REVERSED, _PAID, "paddle.refund"
    ),
    "paddle.chargeback": _kind(
        _adjusted("adjustment.created", action="chargeback"), "refund, with option disputes", _PAID
    ),
    "paddle.chargeback_reversed": _kind(
        _chargeback_won,
        f"{_ENTRY_REVERSED}, with option disputes",
        _PAID,
        "paddle.chargeback",
    ),
}
"""By name. Paddle has no test mode: its sandbox is another account."""
