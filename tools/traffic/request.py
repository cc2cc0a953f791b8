"""One request of a sender: its exact bytes, and the headers that sign them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from shared.domain.conversion import DEBUG_MARK
from tools.changed import replace

Json = dict[str, Any]

MESSAGE_ID: Final = "msg_1"
"""How a Standard Webhooks delivery is called where nobody asks for another name."""


@dataclass(frozen=True)
class Request:
    """One request, ready to be signed and posted.

    Attributes:
        sender: Who sends it: a provider by its name, `capture` or `pubsub`.
        body: The exact bytes.
        headers: Its headers, lower case; without the signature until it is signed.
    """

    sender: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def signed(self, secret: str, *, now: int) -> Self:
        """Return the same request with its sender's signature.

        Args:
            secret: The signing secret.
            now: When this attempt is made, in Unix seconds.
        """
        from tools.traffic.providers import SENDERS  # noqa: PLC0415 - they make requests

        if self.sender in SENDERS:
            signed = SENDERS[self.sender].sign(self, secret, now)
            return replace(self, body=signed.body, headers=signed.headers)
        signature = signature_headers(self.sender, self.body, secret, now=now)
        return replace(self, headers={**self.headers, **signature})


def marked_for_debugging(request: Request) -> Request:
    """Return the same request with the mark that asks GA4's DebugView to show its event.

    A message has it as an attribute, anything else as a header.

    Args:
        request: One that is not signed yet.
    """
    if request.sender != "pubsub":
        return replace(request, headers={**request.headers, DEBUG_MARK: "true"})
    push = json.loads(request.body)
    push["message"]["attributes"][DEBUG_MARK] = "true"
    return replace(request, body=json.dumps(push).encode())


def signature_headers(sender: str, body: bytes, secret: str, *, now: int) -> dict[str, str]:
    """Return the headers that sign a body.

    Args:
        sender: As in `Request`.
        body: The exact bytes to be sent.
        secret: The signing secret.
        now: When this attempt is made, in Unix seconds.

    Raises:
        ValueError: Nobody knows how such a sender signs.
    """
    key = secret.encode()
    match sender:
        case "stripe":
            return {"stripe-signature": stripe_signature(body, [secret], timestamp=now)}
        case "paddle":
            digest = hmac.new(key, b"%d:" % now + body, hashlib.sha256).hexdigest()
            return {"paddle-signature": f"ts={now};h1={digest}"}
        case "shopify":
            digest_of_body = hmac.digest(key, body, hashlib.sha256)
            return {"x-shopify-hmac-sha256": base64.b64encode(digest_of_body).decode()}
        case "standard" | "capture":
            signature = standard_signature(body, secret, name=MESSAGE_ID, timestamp=now)
            return {
                "webhook-id": MESSAGE_ID,
                "webhook-timestamp": str(now),
                "webhook-signature": signature,
            }
        case "pubsub":
            # A push has Google's token instead, which no secret of ours makes.
            return {}
    raise ValueError(f"no sender {sender}")


def stripe_signature(body: bytes, secrets: Iterable[str], *, timestamp: int) -> str:
    """The value of the `Stripe-Signature` header.

    The key is the whole secret as text, `whsec_` included and nothing decoded. While a secret is
    being rolled there are two, and Stripe sends one `v1` for each.

    Args:
        body: The exact bytes to be sent.
        secrets: The endpoint's signing secrets.
        timestamp: When this attempt is made, in Unix seconds.
    """
    signed = b"%d." % timestamp + body
    signatures = (
        hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets
    )
    return ",".join([f"t={timestamp}", *(f"v1={signature}" for signature in signatures)])


def standard_signature(body: bytes, secret: str, *, name: str, timestamp: int) -> str:
    """The value of the `webhook-signature` header of Standard Webhooks.

    Args:
        body: The exact bytes to be sent.
        secret: `whsec_` and the key in base64.
        name: The delivery's id, as in `webhook-id`.
        timestamp: When this attempt is made, in Unix seconds, as in `webhook-timestamp`.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{name}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def push_body(
    data: bytes,
    *,
    published_at: str,
    message_id: str = "1",
    attributes: Mapping[str, str] | None = None,
) -> bytes:
    """The body with which Pub/Sub pushes a message.

    Args:
        data: The message's bytes.
        published_at: RFC 3339.
        message_id: A message that is published twice has two.
        attributes: The message's attributes.
    """
    message = {
        "data": base64.b64encode(data).decode(),
        "attributes": dict(attributes or {}),
        "messageId": message_id,
        "publishTime": published_at,
    }
    push = {"message": message, "subscription": "projects/shop/subscriptions/s"}
    return json.dumps(push).encode()
