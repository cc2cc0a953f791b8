"""A refund of an order, in whole or in part."""

from typing import Final

from shared.decoding import read_tolerant
from shared.domain.conversion import Ignored
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.shopify import objects
from shared.providers.shopify.fields import (
    PAID_WITH_GIFT_CARD,
    PAID_WITH_STORE_CREDIT,
    moment,
)
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.refund_split import split_of

# What is pending is on its way back, and no other event says when it arrived.
_MOVED: Final = (None, "success", "pending")
# Without what a refund is made of, its tax and shipping follow from its order.
_DISPENSABLE: Final = (
    "created_at",
    "order_adjustments",
    "processed_at",
    "refund_line_items",
    "refund_shipping_lines",
)


def from_refund(event: ProviderEvent, options: ShopifyOptions) -> Refund | Ignored:
    """Return the refund of `refunds/create`.

    Args:
        event: The provider's event.
        options: The operator's choices.

    Raises:
        UnusableError: It is money but cannot be read.
    """
    refund, _ = read_tolerant(event.object, objects.Refund, _DISPENSABLE)
    if refund.order_id is None:
        raise UnusableError("order_id", "missing")
    moved = [
        (at, part)
        for at, part in enumerate(refund.transactions or ())
        if part.kind == "refund" and part.status in _MOVED
    ]
    uncounted = frozenset[str]()
    if not options.store_credit:
        uncounted |= PAID_WITH_STORE_CREDIT
    if options.gift_cards == "sale":
        uncounted |= PAID_WITH_GIFT_CARD
    counted = [(at, part) for at, part in moved if part.gateway not in uncounted]
    if moved and not counted:
        return Ignored("given back as credit: no money left the shop")
    if not counted:
        return Ignored("no money went back")
    split = split_of(refund, counted, whole=len(counted) == len(moved), options=options)
    if split.money.total == 0:
        return Ignored("zero amount")
    order = str(refund.order_id)
    return Refund(
        refund_id=str(refund.id),
        money=split.money,
        references=(order,),
        fallback_transaction_id=order,
        occurred_at=moment(refund.processed_at, refund.created_at)
        if refund.processed_at or refund.created_at
        else event.created_at,
        items=split.items,
    )
