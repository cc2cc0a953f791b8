"""One realistic delivery of each kind, by name: the smallest piece of traffic there is.

All kinds that are about one order, e.g. `stripe.checkout` and `stripe.refund`, name the same one
when they are given the same text for it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tools.traffic import messages, paddle_objects, shopify_objects, stripe_events
from tools.traffic.bill import CURRENCIES, Bill
from tools.traffic.refunds import Refund
from tools.traffic.request import Json, Request, push_body
from tools.traffic.sales import Order, Shape, Subscription, Visit

Make = Callable[[str, Visit, int], Request]
"""Makes a delivery about an order, of a visit, at a time in Unix seconds."""

_JSON: Final = {"content-type": "application/json"}


def make(kind: str, order: str, *, visit: Visit, now: int) -> Request:
    """Make one delivery, not signed yet.

    Args:
        kind: One of `KINDS`.
        order: What it is about: text that all ids in it are made of.
        visit: What the shop's page knew of the buyer.
        now: When it is sent, in Unix seconds; what it tells of was a moment before.

    Raises:
        KeyError: There is no such kind.
    """
    return KINDS[kind](order, visit, now)


def paid_order(order: str, visit: Visit, now: int) -> Order:
    """An order of 27.60 EUR: 20.00 of goods, 2.00 off, 4.60 of tax, 5.00 of shipping."""
    return Order(
        currency=CURRENCIES[0],
        items=((1000, 2),),
        discount=200,
        shipping=500,
        tax_rate=Decimal("0.2"),
        tax_included=False,
        paid_at=now - 5,
        shape=Shape.SINCE_BASIL,
        key=order,
        customer=f"cus_{order}",
        email="buyer@example.com",
        references={"order_id": f"ORDER-{order}"},
        visit=visit,
    )


def _subscription(order: str, visit: Visit, now: int) -> Subscription:
    plan = Bill(CURRENCIES[0], ((900, 1),), 0, 0, Decimal("0.2"), tax_included=False)
    return Subscription(
        plan=plan,
        has_trial=False,
        started_at=now - 5,
        key=order,
        customer=f"cus_{order}",
        email="buyer@example.com",
        references={"order_id": f"ORDER-{order}"},
        visit=visit,
        is_repeated=True,
        shape=Shape.SINCE_BASIL,
    )


def _checkout(order: str, visit: Visit, now: int) -> Request:
    return stripe_events.checkout_completed(paid_order(order, visit, now)).request


def _refund(order: str, visit: Visit, now: int) -> Request:
    sale = paid_order(order, visit, now)
    return stripe_events.refund_created(Refund(sale, 1, 0, sale.total)).request


def _invoice(order: str, visit: Visit, now: int) -> Request:
    first = _subscription(order, visit, now).invoice(0)
    return stripe_events.invoice_payment_events(first)[0].request


def _paddle(kind: str, data: Json, order: str, now: int) -> Request:
    envelope = paddle_objects.event(
        data,
        kind,
        event_id=f"evt_{kind}_{order}",
        notification_id=f"ntf_{kind}_{order}",
        occurred_at=_text(now - 5),
    )
    return Request("paddle", json.dumps(envelope).encode(), _JSON)


def _transaction(order: str, visit: Visit, now: int) -> Request:
    data = {"order_id": f"ORDER-{order}", **visit.metadata}
    transaction = paddle_objects.transaction(id=f"txn_{order}", custom_data=data)
    return _paddle("transaction.completed", transaction, order, now)


def _adjustment(order: str, visit: Visit, now: int) -> Request:
    del visit  # Paddle's adjustments carry nothing of the shop's
    given_back = paddle_objects.adjustment(id=f"adj_{order}", transaction_id=f"txn_{order}")
    return _paddle("adjustment.updated", given_back, order, now)


def _shopify(topic: str, document: Json, order: str, now: int) -> Request:
    times = {"processed_at": _text(now - 5), "created_at": _text(now - 5)}
    headers = {
        **_JSON,
        "x-shopify-topic": topic,
        "x-shopify-event-id": f"event-{topic}-{order}",
        "x-shopify-webhook-id": f"webhook-{topic}-{order}",
        "x-shopify-triggered-at": _text(now),
    }
    return Request("shopify", json.dumps({**document, **times}).encode(), headers)


def _shop_order(order: str, visit: Visit, now: int) -> Request:
    attributes = [{"name": name, "value": value} for name, value in visit.metadata.items()]
    bought = shopify_objects.order(
        id=_number(order), name=f"#{order}", checkout_token=None, note_attributes=attributes
    )
    return _shopify("orders/paid", bought, order, now)


def _shop_refund(order: str, visit: Visit, now: int) -> Request:
    del visit  # nor do Shopify's refunds
    number = _number(order)
    return _shopify(
        "refunds/create", shopify_objects.refund(id=number + 1, order_id=number), order, now
    )


def _standard(order: str, visit: Visit, now: int) -> Request:
    event = messages.billing_event(
        event_id=f"bev_{order}", transaction_id=f"ORDER-{order}", **_usual(visit, now)
    )
    return Request("standard", json.dumps(event).encode(), _JSON)


def _renewal(order: str, visit: Visit, now: int) -> Request:
    return _pushed(
        messages.renewal(
            event_id=f"bev_r_{order}",
            transaction_id=f"RENEWAL-{order}",
            subscription_id=f"sub_{order}",
            **_usual(visit, now),
        )
    )


def _enrichment(order: str, visit: Visit, now: int) -> Request:
    return _pushed(
        messages.enrichment(
            event_id=f"oe_{order}", transaction_id=f"ORDER-{order}", **_usual(visit, now)
        )
    )


def _lead(order: str, visit: Visit, now: int) -> Request:
    return _pushed(
        messages.server_event(
            event_id=f"sev_l_{order}", references=[f"LEAD-{order}"], **_usual(visit, now)
        )
    )


def _sale(order: str, visit: Visit, now: int) -> Request:
    sale = messages.server_event(
        event_id=f"sev_s_{order}",
        name="purchase",
        transaction_id=f"SALE-{order}",
        money={"currency": "EUR", "total": "21.60", "tax": "3.60"},
        items=[{"item_id": "mug", "price": "9.00", "quantity": 2}],
        params=None,
        references=[],
        **_usual(visit, now),
    )
    return _pushed(sale)


def _capture(order: str, visit: Visit, now: int) -> Request:
    capture = messages.capture(
        visit.client_id or "",
        int(visit.session_id or now),
        references=[f"cs_{order}", f"ORDER-{order}"],
        captured_at=now,
    )
    return Request("capture", json.dumps(capture).encode(), _JSON)


KINDS: Final[Mapping[str, Make]] = {
    "stripe.checkout": _checkout,
    "stripe.refund": _refund,
    "stripe.subscription": _invoice,
    "paddle.transaction": _transaction,
    "paddle.refund": _adjustment,
    "shopify.order": _shop_order,
    "shopify.refund": _shop_refund,
    "standard.purchase": _standard,
    "renewal": _renewal,
    "enrichment": _enrichment,
    "lead": _lead,
    "sale": _sale,
    "capture": _capture,
}
"""Every kind: its name, and what makes one."""


def _usual(visit: Visit, now: int) -> Json:
    """What every message has: its time, and the browser where the page knew it."""
    if visit.client_id is None:
        return {"occurred_at": _text(now - 5)}
    browser: Json = {"client_id": visit.client_id}
    if visit.session_id is not None:
        browser |= {"session_id": int(visit.session_id), "session_number": 3}
    return {"occurred_at": _text(now - 5), "analytics": browser}


def _pushed(message: Json) -> Request:
    data = json.dumps(message).encode()
    published_at, message_id = message["occurred_at"], message["event_id"]
    body = push_body(data, published_at=published_at, message_id=message_id)
    return Request("pubsub", body, _JSON)


def _number(order: str) -> int:
    """Shopify's ids are numbers."""
    return int.from_bytes(hashlib.sha256(order.encode()).digest()[:6])


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
