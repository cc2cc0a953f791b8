"""Posting to a shop's webhook as any provider does: signed, at the shop's own time."""

import json
from collections.abc import Mapping

from shared.outcome import Outcome
from shared.webhooks.delivery import Delivery
from tests.support.shop import Shop
from tools.traffic.request import signature_headers

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
    now = int(shop.clock.now.timestamp())
    signed = signature_headers(provider, body, SECRETS[provider], now=now)
    pairs = tuple({**signed, **{k.lower(): v for k, v in (headers or {}).items()}}.items())
    return await shop.payments.take(shop.settings.providers[provider], Delivery(pairs, body))
