"""Signs as a payment provider does, for senders: the demo, the tests, the benchmark."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


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
