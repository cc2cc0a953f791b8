"""Stripe's events of the tests' time, and their bytes as Stripe signs them."""

from collections.abc import Mapping
from typing import Any, Final

from shared.webhooks.delivery import Delivery, VerifiedDelivery
from tests.support.builders import SECONDS
from tools.traffic import stripe_objects
from tools.traffic.request import Json, stripe_signature
from tools.traffic.stripe_objects import as_bytes, checkout_session, payment_intent

__all__ = [
    "SECRET",
    "Json",
    "as_bytes",
    "checkout_session",
    "delivery",
    "event",
    "metadata",
    "payment_intent",
    "signature",
    "thin_event",
    "verified",
    "with_signature",
]

SECRET: Final = "whsec_test"


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
    return stripe_objects.event(subject, kind, **{"created": SECONDS - 5, **fields})


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


def verified(document: object) -> VerifiedDelivery:
    """Return a delivery whose signature was already checked."""
    body = document if isinstance(document, bytes) else as_bytes(document)
    return VerifiedDelivery("stripe", body)


def signature(body: bytes, *secrets: str, at: int = SECONDS) -> str:
    """Return the value of `Stripe-Signature`, with one `v1` for each secret."""
    return stripe_signature(body, secrets, timestamp=at)


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
