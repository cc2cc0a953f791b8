"""Which topic of Shopify's is the money, and which only speaks of it; the body says what it is."""

from collections.abc import Mapping
from typing import Any, Final

from shared.domain.conversion import Ignored
from shared.domain.event import DomainEvent
from shared.errors import UnusableError
from shared.faults import faults_of
from shared.providers.event import ProviderEvent
from shared.providers.meanings import Meanings, by_type
from shared.providers.shopify.body import ORDER, REFUND, kind_of
from shared.providers.shopify.objects import Order, Refund
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.order import from_order, from_update
from shared.providers.shopify.refund import from_refund

MEANINGS: Final[Meanings[ShopifyOptions]] = {
    "orders/paid": from_order,
    # No money, but a buyer may deny consent after the payment.
    "orders/updated": from_update,
    "refunds/create": from_refund,
}
_of_type: Final = by_type(MEANINGS)
_SHAPES: Final[Mapping[str, Any]] = {"orders/paid": Order, "refunds/create": Refund}
_ABOUT: Final = {"orders/paid": ORDER, "orders/updated": ORDER, "refunds/create": REFUND}


def map_event(event: ProviderEvent, options: ShopifyOptions) -> DomainEvent:
    """Return what the event means for GA4.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The event is money but cannot be read; all bad fields are named.
    """
    about = _ABOUT.get(event.source.event_type)
    kind = kind_of(event.object)
    if about is not None and kind is not None and kind != about:
        # The topic is not signed: anybody may write another above a body that Shopify made.
        return Ignored(f"the body is no {about}, which its topic is about")
    try:
        return _of_type(event, options)
    except UnusableError as error:
        shape = _SHAPES.get(event.source.event_type)
        others = [] if shape is None else faults_of(bytes(event.object), shape)
        raise UnusableError.of([*error.faults, *others]) from None
