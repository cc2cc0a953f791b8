"""An order that was paid: its buyer, what was sold, and that it is money."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import msgspec

from shared.decoding import read, read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.item import Item
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of, lines_share
from shared.providers.metadata import Metadata
from shared.providers.shopify.fields import attributes, moment, product_id
from shared.providers.shopify.objects import NOTHING, Id, LineItem, Order
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.order_money import Paid, line_discount, line_net, line_share, paid_for

# An order may be refunded in part before the news of its payment arrives.
_PAID: Final = ("paid", "partially_refunded", "refunded")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Orders that a subscription makes by itself say so, with or without `_checkout_one`.
_SUBSCRIPTION: Final = "subscription_contract"
# What an order says beside its money; unreadable, it is left out.
_DISPENSABLE: Final = (
    "cart_token",
    "checkout_token",
    "created_at",
    "current_subtotal_price",
    "customer",
    "discount_codes",
    "line_items",
    "name",
    "payment_gateway_names",
    "processed_at",
    "refunds",
    "shipping_lines",
    "source_name",
    "subtotal_price",
    "total_price_set",
    "transactions",
)


def from_order(event: ProviderEvent, options: ShopifyOptions) -> Conversion | Ignored:
    """Return the purchase of `orders/paid`.

    Args:
        event: The provider's event.
        options: The operator's choices.

    Raises:
        UnusableError: The order is money but cannot be read.
    """
    order, dropped = read_tolerant(event.object, Order, _DISPENSABLE)
    if order.financial_status is None:
        raise UnusableError("financial_status", "missing: nothing else says whether it is paid")
    if order.financial_status not in _PAID:
        return Ignored("not paid")
    order_id = str(order.id)
    paid = paid_for(order, options)
    if isinstance(paid, str):
        return Ignored(paid, uncounted=(order_id,))
    metadata = attributes(order.note_attributes)
    transaction_id = order_id
    if options.buyer_transaction_ids:
        transaction_id = metadata.transaction_id(options.transaction_id_keys) or order_id
    context = metadata.context()
    items, item_notes = _items(order, paid, options)
    customer = _customer(order)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=paid.money,
        occurred_at=_paid_at(event, order),
        context=context,
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys((order_id, transaction_id))),
        # Tokens find the context. They join no orders: who writes orders may repeat them.
        customer_references=tuple(
            r for r in (customer, order.checkout_token, order.cart_token) if r
        ),
        customer_ref=customer,
        purchase_type=_purchase_type(order),
        payment_id=f"shopify:{order_id}",
        may_grow=True,
        placed_at=_placed_at(order),
        charged=paid.charged,
        coupon=next((c.code for c in order.discount_codes or () if c.code), None),
        notes=(*dropped, *metadata.notes, *paid.notes, *item_notes),
    )


def from_update(event: ProviderEvent, options: ShopifyOptions) -> Link | Ignored:  # noqa: ARG001 - as all
    """Return what `orders/updated` says of the buyer: consent may be denied after the payment.

    Args:
        event: The provider's event.
        options: The operator's choices.
    """
    order, _ = read_tolerant(event.object, _Update, ("note_attributes",))
    return Link(
        "an update of an order brings no money",
        customer_references=(str(order.id),),
        context=attributes(order.note_attributes).context(),
        occurred_at=event.created_at if event.created_at > _EPOCH else None,
    )


class _Update(msgspec.Struct, frozen=True):
    """What is read of an order that changed."""

    id: Id
    note_attributes: msgspec.Raw = NOTHING


def _items(
    order: Order, paid: Paid, options: ShopifyOptions
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what was sold; lines that cannot be read cost the items and not the payment."""
    try:
        lines = [
            _line(line, f"line_items[{at}]", order, paid, options)
            for at, line in enumerate(order.line_items or ())
            if not (line.gift_card and options.gift_cards == "redemption")
        ]
    except UnusableError as error:
        return (), (str(error),)
    if paid.share != 1:
        lines = lines_share(lines, paid.share)
    return items_of(lines, paid.money.net, "line_items")


def _line(line: LineItem, path: str, order: Order, paid: Paid, options: ShopifyOptions) -> Line:
    share = line_share(line, order) if paid.edited else Decimal(1)
    return Line(
        net=line_net(line, path, order) * share,
        quantity=int(line.quantity * share),
        discount=line_discount(line, path) * share,
        item_id=product_id(line, options),
        item_name=line.title,
        variant=line.variant_title,
    )


def _customer(order: Order) -> str | None:
    return str(order.customer.id) if order.customer and order.customer.id else None


def _purchase_type(order: Order) -> PurchaseType:
    renewal = (order.source_name or "").startswith(_SUBSCRIPTION)
    return PurchaseType.RENEWAL if renewal else PurchaseType.ONE_TIME


def _placed_at(order: Order) -> datetime | None:
    try:
        return moment(order.processed_at, order.created_at)
    except UnusableError:
        return None


def _paid_at(event: ProviderEvent, order: Order) -> datetime:
    """Return when the order was paid: Shopify makes the event then; the order may be older."""
    if event.created_at > _EPOCH:
        return event.created_at
    return moment(order.processed_at, order.created_at)


class _Tagged(msgspec.Struct, frozen=True):
    note_attributes: msgspec.Raw = NOTHING


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into an event's object.

    Args:
        event: The notification; an object that cannot be read has none.
    """
    try:
        return attributes(read(event.object, _Tagged).note_attributes)
    except UnusableError:
        return attributes(NOTHING)
