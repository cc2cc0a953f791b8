"""Posting to a shop's webhook as any provider does: signed, at the shop's own time."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from shared.outcome import Outcome
from shared.webhooks.delivery import Delivery
from tests.support.shop import Shop

SECRETS = {
    "stripe": "whsec_test",
    "standard": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "paddle": "pdl_ntfset_test",
    "shopify": "shopify_test",
}


async def post(
    shop: Shop,
    provider: str,
    request: object,
    headers: Mapping[str, str] | None = None,
) -> list[Outcome]:
    """Post one body.

    Args:
        shop: Whose webhook.
        provider: Who signs.
        request: The body, as JSON.
        headers: Beside the signature's.
    """
    shop.write(provider, SECRETS[provider])
    body = json.dumps(request, indent=2).encode()
    signed = _signed(provider, body, int(shop.clock.now.timestamp()))
    pairs = tuple({**signed, **{k.lower(): v for k, v in (headers or {}).items()}}.items())
    return await shop.payments.take(shop.settings.providers[provider], Delivery(pairs, body))


def _signed(provider: str, body: bytes, now: int) -> dict[str, str]:
    key = SECRETS[provider].encode()
    if provider == "stripe":
        return {"stripe-signature": f"t={now},v1={_hmac(key, b'%d.' % now + body).hex()}"}
    if provider == "paddle":
        return {"paddle-signature": f"ts={now};h1={_hmac(key, b'%d:' % now + body).hex()}"}
    if provider == "shopify":
        return {"x-shopify-hmac-sha256": base64.b64encode(_hmac(key, body)).decode()}
    key = base64.b64decode(key.removeprefix(b"whsec_"))
    signature = base64.b64encode(_hmac(key, b"msg_1.%d." % now + body)).decode()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{signature}",
    }


def _hmac(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, hashlib.sha256)
