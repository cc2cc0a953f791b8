"""Posting to a shop's webhook as any provider does: signed, at the shop's own time."""

import json
from collections.abc import Mapping

from shared.outcome import Outcome
from shared.webhooks.delivery import Delivery
from tests.support.shop import Shop
from tools.traffic.request import Request

SECRETS = {
    "stripe": "whsec_test",
    "standard": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "paddle": "pdl_ntfset_test",
    "shopify": "shopify_test",
    "chargebee": "chargebee:test",
    "adyen": "6164796e6b65796f6674657374733132",
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
    secret = SECRETS.get(provider, f"{provider}_test")
    shop.write(provider, secret)
    own = {name.lower(): value for name, value in (headers or {}).items()}
    body = json.dumps(request, indent=2).encode()
    signed = Request(provider, body, own).signed(secret, now=int(shop.clock.now.timestamp()))
    pairs = tuple({**signed.headers, **own}.items())
    return await shop.payments.take(shop.settings.providers[provider], Delivery(pairs, signed.body))
