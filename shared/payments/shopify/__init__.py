"""Shopify, over HTTPS: from the bytes it signed to conversions."""

from shared.payments.shopify.events import parse
from shared.payments.shopify.mapping import convert
from shared.payments.shopify.options import ShopifyOptions

__all__ = ["ShopifyOptions", "convert", "parse"]
