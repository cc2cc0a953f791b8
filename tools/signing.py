"""Signs as a payment provider does, for senders: the demo, the tests, the benchmark."""

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
