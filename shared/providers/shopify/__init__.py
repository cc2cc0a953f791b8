"""Shopify, over HTTPS: from the bytes it signed to conversions."""

from shared.providers.shopify.events import parse
from shared.providers.shopify.mapping import map_event
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.order import metadata_of

__all__ = ["ShopifyOptions", "map_event", "metadata_of", "parse"]
