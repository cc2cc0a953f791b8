"""An order that was paid: Shopify's money.

Everything is in the shop's currency. An order says what it cost when it was placed; where it was
edited before it was paid, its current amounts say what was paid
(https://shopify.dev/docs/api/admin-rest/latest/resources/order).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

import msgspec

from shared.decoding import read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.item import Item
from shared.domain.link import Link
from shared.domain.money import Money, currency_code
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of, lines_share, share_of
from shared.providers.shopify.fields import (
    PAID_WITH_GIFT_CARD,
    PAID_WITH_STORE_CREDIT,
    amount,
    attributes,
    moment,
    product_id,
)
from shared.providers.shopify.objects import (
    NOTHING,
    Id,
    LineItem,
    Order,
    ShippingLine,
    TaxLine,
    Transaction,
)
from shared.providers.shopify.options import ShopifyOptions

# An order may be refunded in part before the news of its payment arrives.
_PAID: Final = (None, "paid", "partially_refunded", "refunded")
_PAYMENTS: Final = ("sale", "capture")
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
    "transactions",
)
_NOTHING: Final = Decimal(0)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def from_order(event: ProviderEvent, options: ShopifyOptions) -> Conversion | Ignored:
    """Return the purchase of `orders/paid`.

    Args:
        event: The provider's event.
        options: The operator's choices.

    Raises:
        UnusableError: The order is money but cannot be read.
    """
    order, dropped = read_tolerant(event.object, Order, _DISPENSABLE)
    if order.financial_status not in _PAID:
        return Ignored("not paid")
    paid = _paid(order, options)
    if isinstance(paid, Ignored):
        return paid
    metadata = attributes(order.note_attributes)
    order_id = str(order.id)
    transaction_id = order_id
    if options.buyer_transaction_ids:
        transaction_id = metadata.transaction_id(options.transaction_id_keys) or order_id
    context = metadata.context()
    items, item_notes = _items(order, paid, options)
    references = (order_id, order.checkout_token, transaction_id)
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
        references=tuple(dict.fromkeys(r for r in references if r)),
        customer_references=tuple(r for r in (customer, order.cart_token) if r),
        customer_ref=customer,
        purchase_type=_purchase_type(order),
        payment_id=f"shopify:{order_id}",
        may_grow=True,
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


@dataclass(frozen=True, slots=True)
class _Paid:
    """What was paid for an order.

    Attributes:
        money: What counts.
        edited: Whether the order was edited before it was paid.
        share: Which part of the lines counts, where credit paid the rest.
        notes: What the amounts leave open.
    """

    money: Money
    edited: bool
    share: Fraction = Fraction(1)
    notes: tuple[str, ...] = ()


def _paid(order: Order, options: ShopifyOptions) -> _Paid | Ignored:
    """Return what was paid for an order, without what counts at another time or never."""
    money, edited = _money(order)
    if money.total == 0:
        return Ignored("zero amount")
    kept = _without_gift_cards(order, money) if options.gift_cards == "redemption" else money
    if kept.total == 0:
        return Ignored("gift cards: counted when they are redeemed")
    ways = frozenset(order.payment_gateway_names or ())
    left_out: dict[frozenset[str], str] = {}
    if not options.store_credit:
        left_out[PAID_WITH_STORE_CREDIT] = "paid with store credit: nothing was collected"
    if options.gift_cards == "sale":
        left_out[PAID_WITH_GIFT_CARD] = "paid with gift cards: counted when they were sold"
    uncounted = frozenset[str]().union(*left_out)
    if ways and ways <= uncounted:
        return Ignored(next(why for names, why in left_out.items() if ways & names))
    part = _paid_by(order.transactions or (), uncounted)
    if part >= kept.total:
        return Ignored(next(iter(left_out.values())))
    notes: tuple[str, ...] = ()
    share = Fraction(1)
    if part:
        whole = kept.net
        kept = share_of(kept, kept.total - part)
        share = Fraction(kept.net / whole) if whole else Fraction(1)
    elif ways & uncounted:
        notes = ("payment_gateway_names: which part was paid with credit is not known; all counts",)
    return _Paid(kept, edited, share, notes)


def _paid_by(transactions: tuple[Transaction, ...], ways: frozenset[str]) -> Decimal:
    """Return how much was paid by some ways, in the shop's currency."""
    return sum(
        (
            amount((each.amount_set.shop_money if each.amount_set else each).amount, "transactions")
            for each in transactions
            if each.gateway in ways and each.kind in _PAYMENTS and each.status == "success"
        ),
        _NOTHING,
    )


def _money(order: Order) -> tuple[Money, bool]:
    """Return what was paid, and whether the order was edited before.

    Duties are taxes; a tip stays in the value, as it is no tax and no shipping.
    """
    currency = currency_code(order.currency, "currency")
    total, tax, subtotal, edited = _amounts(order)
    if total == 0:
        return Money(currency, total), edited
    tip = amount(order.total_tip_received, "total_tip_received")
    duties_set = order.original_total_duties_set
    duties = amount(
        duties_set.shop_money.amount if duties_set else None, "original_total_duties_set"
    )
    shipping = None
    if subtotal is not None and not (edited and order.shipping_lines is not None):
        # What is left, because the lines of shipping may be before discounts.
        goods = subtotal
        if order.taxes_included:
            goods -= _tax_of_goods(order, tax, subtotal, total - tip - duties)
        shipping = total - tax - duties - tip - goods
        if goods < 0 or shipping < 0:
            shipping = None  # fields that do not fit never cost the payment
    if shipping is None:
        shipping = sum((_shipping(line, order) for line in order.shipping_lines or ()), _NOTHING)
    money = Money(currency, total, tax + duties, shipping)
    if money.net < 0:
        raise UnusableError("total_price", "less than its tax and shipping")
    return money, edited


def _amounts(order: Order) -> tuple[Decimal, Decimal, Decimal | None, bool]:
    """Return total, tax and subtotal as they were paid, and whether that is by an edit.

    The current total also shrinks by refunds, so what was refunded is added again.
    """
    total = amount(order.total_price, "total_price")
    tax = amount(order.total_tax, "total_tax")
    subtotal = (
        None if order.subtotal_price is None else amount(order.subtotal_price, "subtotal_price")
    )
    if order.current_total_price is None:
        return total, tax, subtotal, False
    refunds = order.refunds or ()
    back = sum(
        (
            amount((each.amount_set.shop_money if each.amount_set else each).amount, "refunds")
            for refund in refunds
            for each in refund.transactions or ()
            if each.kind == "refund" and each.status in (None, "success", "pending")
        ),
        _NOTHING,
    )
    paid = amount(order.current_total_price, "current_total_price") + back
    if paid == total or (refunds and not back):
        return total, tax, subtotal, False
    if refunds or order.current_total_tax is None:
        # Of the tax that was refunded nothing certain is said: in proportion.
        cents = Decimal(order.total_price).as_tuple().exponent
        share = tax * paid / total if total else _NOTHING
        tax = share.quantize(Decimal(1).scaleb(min(int(cents), -2)), ROUND_HALF_EVEN)
    else:
        tax = amount(order.current_total_tax, "current_total_tax")
    current = order.current_subtotal_price
    subtotal = None if refunds or current is None else amount(current, "current_subtotal_price")
    return paid, tax, subtotal, True


def _tax_of_goods(order: Order, tax: Decimal, subtotal: Decimal, total: Decimal) -> Decimal:
    """Return how much of an inclusive tax is in the subtotal; the rest is in shipping."""
    if order.shipping_lines is not None:
        return tax - sum(
            (_taxes(line.tax_lines, "shipping_lines") for line in order.shipping_lines), _NOTHING
        )
    if total <= 0:
        return tax
    return (tax * subtotal / total).quantize(Decimal(order.total_price), ROUND_HALF_EVEN)


def _shipping(line: ShippingLine, order: Order) -> Decimal:
    """Return what one way of shipping cost, after discounts and without tax."""
    price = line.price_set.shop_money.amount if line.price_set else line.price
    found = amount(price, "shipping_lines.price")
    for part in line.discount_allocations or ():
        found -= amount(part.amount, "shipping_lines.discount_allocations")
    if order.taxes_included:
        found -= _taxes(line.tax_lines, "shipping_lines")
    return max(found, _NOTHING)


def _taxes(lines: tuple[TaxLine, ...] | None, path: str) -> Decimal:
    return sum((amount(line.price, f"{path}.tax_lines") for line in lines or ()), _NOTHING)


def _without_gift_cards(order: Order, money: Money) -> Money:
    """Return an order's money without the gift cards that it sells; they carry no tax."""
    sold = sum(
        (
            _net(line, f"line_items[{at}]", order) * line_share(line, order)
            for at, line in enumerate(order.line_items or ())
            if line.gift_card
        ),
        _NOTHING,
    )
    left = money.total - min(sold, money.net)
    return Money(money.currency, left, money.tax, money.shipping)


def line_share(line: LineItem, order: Order) -> Decimal:
    """Return which part of a line was paid for: an edit may have taken some of it out.

    Args:
        line: The line.
        order: Its order, whose refunds lower the current quantity too.
    """
    if line.current_quantity is None or not line.quantity:
        return Decimal(1)
    refunded = sum(
        each.quantity
        for refund in order.refunds or ()
        for each in refund.refund_line_items or ()
        if line.id is not None and each.line_item_id == line.id
    )
    return Decimal(min(line.current_quantity + refunded, line.quantity)) / line.quantity


def _net(line: LineItem, path: str, order: Order) -> Decimal:
    """Return what all of a line cost: after discounts, without tax."""
    tax = _taxes(line.tax_lines, path) if order.taxes_included else _NOTHING
    return amount(line.price, f"{path}.price") * line.quantity - _discount(line, path) - tax


def _discount(line: LineItem, path: str) -> Decimal:
    if line.discount_allocations is None:
        return amount(line.total_discount, f"{path}.total_discount")
    at = f"{path}.discount_allocations"
    return sum((amount(part.amount, at) for part in line.discount_allocations), _NOTHING)


def _items(
    order: Order, paid: _Paid, options: ShopifyOptions
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


def _line(line: LineItem, path: str, order: Order, paid: _Paid, options: ShopifyOptions) -> Line:
    share = line_share(line, order) if paid.edited else Decimal(1)
    return Line(
        net=_net(line, path, order) * share,
        quantity=int(line.quantity * share),
        discount=_discount(line, path) * share,
        item_id=product_id(line, options),
        item_name=line.title,
        variant=line.variant_title,
    )


def _customer(order: Order) -> str | None:
    return str(order.customer.id) if order.customer and order.customer.id else None


def _purchase_type(order: Order) -> PurchaseType:
    renewal = (order.source_name or "").startswith(_SUBSCRIPTION)
    return PurchaseType.RENEWAL if renewal else PurchaseType.ONE_TIME


def _paid_at(event: ProviderEvent, order: Order) -> datetime:
    """Return when the order was paid: Shopify makes the event then; the order may be older."""
    if event.created_at > _EPOCH:
        return event.created_at
    return moment(order.processed_at, order.created_at)
