"""Billing events of the tests' browser and time, signed as Standard Webhooks does."""

import base64
import json
from typing import Any, Final

from shared.webhooks.delivery import Delivery, VerifiedDelivery
from tests.support.builders import CLIENT_ID, SECONDS, SESSION_ID
from tools.traffic import messages
from tools.traffic.request import Json, standard_signature

SECRET: Final = "whsec_Y29ubmVjdG9ycy1sb2NhbC1jYXB0dXJlLXNlY3JldCE="

IN_SESSION: Final[Json] = {
    "occurred_at": "2026-11-23T11:59:55Z",
    "analytics": {"client_id": CLIENT_ID, "session_id": SESSION_ID, "session_number": 3},
}
"""Five seconds ago, in a session that is still open."""


def billing_event(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a purchase in the session; `fields` differ."""
    return messages.billing_event(**{**IN_SESSION, **fields})


def renewal(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a renewal in the session; `fields` differ."""
    return messages.renewal(**{**IN_SESSION, **fields})


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund in the session; `fields` differ."""
    return messages.refund(**{**IN_SESSION, **fields})


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
    return standard_signature(body, base64.b64encode(key).decode(), name=name, timestamp=at)


def delivery(document: object) -> Delivery:
    """Return a signed request."""
    body = as_json(document)
    return Delivery(
        headers(standard_signature(body, SECRET, name="msg_1", timestamp=SECONDS)), body
    )


def verified(document: object) -> VerifiedDelivery:
    """Return a delivery whose signature was already checked."""
    body = document if isinstance(document, bytes) else as_json(document)
    return VerifiedDelivery("standard", body, headers("v1,x"))
