"""The envelope of every Stripe event."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tools.shop.shape import Shape

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class StripeEvent:
    """An event as it is delivered.

    Attributes:
        id: Stable over all deliveries of the event.
        type: What happened.
        body: The exact bytes, indented as Stripe does.
    """

    id: str
    type: str
    body: bytes


def announce(  # noqa: PLR0913 - one for each thing that can differ
    name: str,
    subject: JsonObject,
    *,
    created: int,
    shape: Shape = Shape.SINCE_BASIL,
    previous: JsonObject | None = None,
    copy: int = 0,
) -> StripeEvent:
    """The event about an object.

    Args:
        name: What happened to it.
        subject: The object as it is now.
        created: When, in Unix seconds.
        shape: The version of the endpoint.
        previous: What of it was otherwise before.
        copy: Another number is another event, with an id of its own, about the same change.
    """
    content = json.dumps([name, subject, copy], sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()
    changed = {} if previous is None else {"previous_attributes": previous}
    envelope = {
        "id": f"evt_1{digest[:23]}",
        "object": "event",
        "api_version": shape.value,
        "created": created,
        "data": {"object": subject, **changed},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": f"req_{digest[23:37]}", "idempotency_key": None},
        "type": name,
    }
    return StripeEvent(f"evt_1{digest[:23]}", name, json.dumps(envelope, indent=2).encode())
