"""Billing events, and their bytes as a sender of Standard Webhooks signs them."""

import base64
import hashlib
import hmac
import json
from typing import Any, Final

from shared.webhooks.delivery import Delivery, VerifiedDelivery
from tests.support.builders import CLIENT_ID, SECONDS, SESSION_ID

Json = dict[str, Any]

SECRET: Final = "whsec_Y29ubmVjdG9ycy1sb2NhbC1jYXB0dXJlLXNlY3JldCE="


def billing_event(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a purchase of 27.60 EUR: 18.00 of goods, 4.60 of tax, 5.00 of shipping.

    Args:
        fields: What is different.
    """
    return {
        "schema": "billing-event/1",
        "event_id": "bev_1",
        "type": "purchase",
        "occurred_at": "2026-11-23T11:59:55Z",
        "provider": "internal",
        "transaction_id": "ORD-9",
        "money": {"currency": "EUR", "total": "27.60", "tax": "4.60", "shipping": "5.00"},
        "items": [{"item_id": "sku_1", "item_name": "Mug", "price": "9.00", "quantity": 2}],
        "analytics": {"client_id": CLIENT_ID, "session_id": SESSION_ID, "session_number": 3},
        "customer_id": "cust_1",
        **fields,
    }


def renewal(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the renewal of a subscription.

    Args:
        fields: What is different.
    """
    return billing_event(
        **{
            "event_id": "bev_2",
            "type": "subscription.renewed",
            "transaction_id": "INV-2",
            "subscription_id": "sub_1",
            "renewal_number": 7,
            **fields,
        }
    )


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of 10.80 EUR of the purchase.

    Args:
        fields: What is different.
    """
    return billing_event(
        **{
            "event_id": "bev_3",
            "type": "refund",
            "transaction_id": None,
            "original_transaction_id": "ORD-9",
            "money": {"currency": "EUR", "total": "10.80"},
            "items": None,
            **fields,
        }
    )


def as_json(document: object) -> bytes:
    """Return a message's bytes."""
    return json.dumps(document).encode()


def enveloped(data: object, kind: str = "purchase") -> Json:
    """Return the envelope of Standard Webhooks around anything."""
    return {"type": kind, "timestamp": "2026-11-23T11:59:55Z", "data": data}


def headers(
    signatures: str, *, name: str = "msg_1", stamp: str = str(SECONDS), prefix: str = "webhook"
) -> tuple[tuple[str, str], ...]:
    """Return the three headers of Standard Webhooks."""
    return (
        (f"{prefix}-id", name),
        (f"{prefix}-timestamp", stamp),
        (f"{prefix}-signature", signatures),
    )


def signature(body: bytes, key: bytes, *, name: str = "msg_1", at: int = SECONDS) -> str:
    """Return `v1,…` for a body."""
    signed = f"{name}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def delivery(document: object) -> Delivery:
    """Return a signed request."""
    body = json.dumps(document).encode()
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    return Delivery(headers(signature(body, key)), body)


def verified(document: object) -> VerifiedDelivery:
    """Return a delivery whose signature was already checked."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return VerifiedDelivery("standard", body, headers("v1,x"))
