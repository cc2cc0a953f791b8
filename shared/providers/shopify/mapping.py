"""Which topic of Shopify's is the money, and which only speaks of it."""

from typing import Final

from shared.domain.event import DomainEvent
from shared.providers.event import ProviderEvent
from shared.providers.meanings import Meanings, map_by_type
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.order import from_order, from_update
from shared.providers.shopify.refund import from_refund

MEANINGS: Final[Meanings[ShopifyOptions]] = {
    "orders/paid": from_order,
    # No money, but a buyer may deny consent after the payment.
    "orders/updated": from_update,
    "refunds/create": from_refund,
}


def map_event(event: ProviderEvent, options: ShopifyOptions) -> DomainEvent:
    """Return what the event means for GA4.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The event is money but cannot be read; the field is named.
    """
    return map_by_type(event, options, MEANINGS)
