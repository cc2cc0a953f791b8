"""What each function but the webhook is sent first: one message or capture, made when asked."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tools.signing import standard_signature

CAPTURE_SECRET: Final = "whsec_Y2FwdHVyZS1zZWNyZXQtb2YtdGhlLWJlbmNobWFyaw=="
COSTS: Final = "item_id,unit_cost,currency\nmug,4.00,EUR\n"
"""The catalogue of `data_enrichment`."""

_CLIENT: Final = "1170316824.1700000000"
_ITEM: Final = {"item_id": "mug", "item_name": "Mug", "price": "9.00", "quantity": 2}


@dataclass(frozen=True)
class Delivery:
    """One request, ready to be sent.

    Attributes:
        body: The exact bytes.
        headers: With their signature.
    """

    body: bytes
    headers: dict[str, str]


def _renewal(now: int) -> Delivery:
    return _pushed(
        {
            "schema": "billing-event/1",
            "event_id": "bev_first",
            "type": "subscription.renewed",
            "occurred_at": _text(now),
            "provider": "internal",
            "transaction_id": "FIRST-RENEWAL",
            "subscription_id": "sub_first",
            "renewal_number": 7,
            "money": {"currency": "EUR", "total": "27.60", "tax": "4.60", "shipping": "5.00"},
            "items": [_ITEM],
            "analytics": {"client_id": _CLIENT, "session_id": now - 60, "session_number": 3},
            "customer_id": "cust_first",
        }
    )


def _enrichment(now: int) -> Delivery:
    return _pushed(
        {
            "schema": "order-enrichment/1",
            "event_id": "oen_first",
            "occurred_at": _text(now),
            "transaction_id": "FIRST-ENRICHMENT",
            "currency": "EUR",
            "items": [_ITEM],
            "customer_ref": "cust_first",
            "analytics": {"client_id": _CLIENT},
        }
    )


def _sale(now: int) -> Delivery:
    return _pushed(
        {
            "schema": "server-event/1",
            "event_id": "sev_first",
            "occurred_at": _text(now),
            "name": "purchase",
            "transaction_id": "FIRST-SALE",
            "money": {"currency": "EUR", "total": "21.60", "tax": "3.60"},
            "items": [_ITEM],
            "analytics": {"client_id": _CLIENT},
        }
    )


def _capture(now: int) -> Delivery:
    capture = {
        "references": ["cs_first", "FIRST-CAPTURE"],
        "cookies": {
            "_ga": f"GA1.1.{_CLIENT}",
            "_ga_BENCH00001": f"GS2.1.s{now - 60}$o3$g1$t{now}",
        },
        "consent": {"analytics": "granted", "ad_user_data": "denied"},
        "captured_at": now,
    }
    body, name = json.dumps(capture).encode(), "msg_first"
    return Delivery(
        body,
        {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(now),
            "webhook-signature": standard_signature(body, CAPTURE_SECRET, name=name, timestamp=now),
        },
    )


FIRST: Final[Mapping[str, Callable[[int], Delivery]]] = {
    "subscription_renewal": _renewal,
    "data_enrichment": _enrichment,
    "offline_event": _sale,
    "context_capture": _capture,
}
"""Function → what makes its first delivery of the time, in Unix seconds."""


def _pushed(message: Mapping[str, Any]) -> Delivery:
    """A message as Pub/Sub pushes it."""
    push = {
        "message": {
            "data": base64.b64encode(json.dumps(message).encode()).decode(),
            "messageId": "1",
            "publishTime": message["occurred_at"],
        },
        "subscription": "projects/shop/subscriptions/first",
    }
    return Delivery(json.dumps(push).encode(), {"content-type": "application/json"})


def _text(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat()
