"""A client id for a customer whose browser nobody saw."""

import hashlib
import hmac
from typing import Final

_RANGE: Final = 2**31 - 2


def generated_client_id(stream_id: str, reference: str) -> str:
    """Return a made-up client id that is the same for the same customer, every time.

    Two positive numbers joined by a dot, the form GA4's reference recommends. The stream's id
    is the HMAC's key: it keeps streams apart and outlives every rotation of a secret
    (docs/decisions/0004-generated-client-ids.md).

    Args:
        stream_id: The stream, by its measurement id.
        reference: What stands for the customer, or for the order where there is no customer.
    """
    digest = hmac.digest(stream_id.encode(), reference.encode(), hashlib.sha256)
    first, second = (int.from_bytes(digest[at : at + 8]) % _RANGE + 1 for at in (0, 8))
    return f"{first}.{second}"
