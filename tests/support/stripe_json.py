"""Stripe's events as a shop's account gets them, and their bytes as Stripe signs them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from shared.webhooks.delivery import Delivery, VerifiedDelivery
from tests.support.builders import SECONDS

Json = dict[str, Any]

SECRET: Final = "whsec_test"


def checkout_session(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a paid Checkout session of 27.60 EUR: 18.00 of goods, 4.60 of tax, 5.00 of shipping.

    Args:
        fields: What is different.
    """
    return {
        "id": "cs_test_1",
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "currency": "eur",
        "amount_subtotal": 2000,
        "amount_total": 2760,
        "total_details": {"amount_discount": 200, "amount_shipping": 500, "amount_tax": 460},
        "shipping_cost": {"amount_subtotal": 500, "amount_tax": 100, "amount_total": 600},
        "payment_intent": "pi_1",
        "customer": "cus_1",
        "customer_details": {"email": "jane@example.com", "name": "Jane Roe"},
        "metadata": {},
        **fields,
    }


def payment_intent(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a payment intent that succeeded with 20.00 USD, made by the shop itself.

    Args:
        fields: What is different.
    """
    return {
        "id": "pi_9",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": 2000,
        "amount_received": 2000,
        "currency": "usd",
        "customer": "cus_1",
        "latest_charge": "ch_1",
        "metadata": {},
        **fields,
    }


def event(
    subject: object,
    kind: str = "checkout.session.completed",
    **fields: Any,  # noqa: ANN401 - JSON
) -> Json:
    """Return a snapshot event of five seconds ago around an object.

    Args:
        subject: The object.
        kind: The event's type.
        fields: What is different.
    """
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": SECONDS - 5,
        "livemode": True,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        "data": {"object": subject},
        **fields,
    }


def thin_event(kind: str) -> Json:
    """Return a thin event: it names a resource and carries none."""
    return {
        "id": "evt_2",
        "object": "v2.core.event",
        "type": kind,
        "created": "2026-11-23T11:59:55.000Z",
        "livemode": True,
        "related_object": {"id": "cs_1", "type": "checkout.session", "url": "/v1/x"},
    }


def as_bytes(document: object) -> bytes:
    """Return JSON as Stripe writes it: over several lines."""
    return json.dumps(document, indent=2).encode()


def verified(document: object) -> VerifiedDelivery:
    """Return a delivery whose signature was already checked."""
    body = document if isinstance(document, bytes) else as_bytes(document)
    return VerifiedDelivery("stripe", body)


def signature(body: bytes, *secrets: str, at: int = SECONDS) -> str:
    """Return the value of `Stripe-Signature`, with one `v1` for each secret."""
    signed = b"%d." % at + body
    values = (hmac.new(s.encode(), signed, hashlib.sha256).hexdigest() for s in secrets)
    return ",".join([f"t={at}", *(f"v1={value}" for value in values)])


def delivery(document: object, *secrets: str, at: int = SECONDS) -> Delivery:
    """Return a signed request.

    Args:
        document: Its body: bytes, or what becomes JSON.
        secrets: Who signs; the account's own secret where none is given.
        at: When it was signed, Unix seconds.
    """
    body = document if isinstance(document, bytes) else as_bytes(document)
    return with_signature(body, signature(body, *(secrets or (SECRET,)), at=at))


def with_signature(body: bytes, *headers: str) -> Delivery:
    """Return a request with exactly these `Stripe-Signature` headers."""
    return Delivery(tuple(("stripe-signature", header) for header in headers), body)


def metadata(values: Mapping[str, object]) -> Json:
    """Return a paid session with metadata."""
    return checkout_session(metadata=dict(values))
