"""Which topic of Shopify's is the money, and which only speaks of it."""

from collections.abc import Callable, Mapping
from typing import Final

from shared.conversions.conversion import Ignored
from shared.payments.happening import Happening
from shared.payments.notification import Notification
from shared.payments.shopify.options import ShopifyOptions
from shared.payments.shopify.order import from_order
from shared.payments.shopify.refund import from_refund

MONEY: Final[Mapping[str, Callable[[Notification, ShopifyOptions], Happening]]] = {
    "orders/paid": from_order,
    "refunds/create": from_refund,
}


def convert(event: Notification, options: ShopifyOptions) -> Happening:
    """Return what the event means for GA4.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The event is money but cannot be read; the field is named.
    """
    read_money = MONEY.get(event.source.event_type)
    if read_money is None:
        return Ignored("event type is not the source of any money")
    return read_money(event, options)
