"""Shopify: how it signs, what its events can mean, and who can write its attributes."""

from typing import Final

from shared.providers.provider import Basis, Capability, MetadataBy, PaymentProvider
from shared.providers.shopify.events import parse
from shared.providers.shopify.mapping import map_event
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.order import metadata_of
from shared.webhooks.schemes import SHOPIFY

PROVIDER: Final = PaymentProvider(
    name="shopify",
    title="Shopify",
    basis=Basis.VERIFIED,
    capabilities=frozenset(
        {
            Capability.PURCHASE,
            Capability.RENEWAL,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
            Capability.TAX,
            Capability.SHIPPING,
            Capability.ITEMS,
            Capability.TEST_MODE,
            Capability.RETRIES,
            Capability.RECORD,
        }
    ),
    metadata_by=MetadataBy.BUYERS,
    proof=lambda _: SHOPIFY,
    parse=parse,
    map_event=map_event,
    options=ShopifyOptions,
    metadata=metadata_of,
    has_api_key=True,
    key_needs={"shop": "api_key is for one shop, e.g. my-shop.myshopify.com"},
    topic_header="x-shopify-topic",
)
