"""An order that was paid: Shopify's money."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from shared.decoding import read
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.currencies import currency_code
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of
from shared.providers.shopify.fields import amount, attributes, moment, product_id
from shared.providers.shopify.objects import LineItem, Order, TaxLine
from shared.providers.shopify.options import ShopifyOptions

# An order may be refunded in part before the news of its payment arrives.
_PAID: Final = (None, "paid", "partially_refunded", "refunded")
_NOTHING: Final = Decimal(0)


def from_order(event: ProviderEvent, options: ShopifyOptions) -> Conversion | Ignored:
    """Return the purchase of `orders/paid`.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The order is money but cannot be read.
    """
    order = read(event.object, Order)
    if order.financial_status not in _PAID:
        return Ignored("not paid")
    money = _money(order)
    if money.total == 0:
        return Ignored("zero amount")
    notes = attributes(order.note_attributes)
    order_id = str(order.id)
    transaction_id = notes.transaction_id(options.transaction_id_keys) or order_id
    context = notes.context()
    customer = str(order.customer.id) if order.customer and order.customer.id else None
    lines = [
        _line(line, f"line_items[{at}]", order, options)
        for at, line in enumerate(order.line_items or ())
    ]
    items, item_notes = items_of(lines, money.net, "line_items")
    references = (order_id, order.name, order.checkout_token, order.cart_token, transaction_id)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=moment(order.processed_at, order.created_at),
        context=context,
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys(r for r in references if r)),
        customer_references=(customer,) if customer else (),
        customer_ref=customer,
        purchase_type=PurchaseType.ONE_TIME,
        coupon=next((c.code for c in order.discount_codes or () if c.code), None),
        notes=(*notes.notes, *item_notes),
    )


def _money(order: Order) -> Money:
    """Return what the order cost, so that its value is what the goods cost (payments sheet 4.3).

    Shipping is what is left: `total_shipping_price_set` is before discounts, and with tax where
    prices are. Duties are taxes; a tip stays in the value, as no tax and no shipping.
    """
    currency = currency_code(order.currency, "currency")
    total = amount(order.total_price, "total_price")
    tax = amount(order.total_tax, "total_tax")
    tip = amount(order.total_tip_received, "total_tip_received")
    told = order.original_total_duties_set
    duties = amount(told.shop_money.amount if told else None, "original_total_duties_set")
    goods = amount(order.subtotal_price, "subtotal_price")
    if order.taxes_included:
        goods -= _tax_of_goods(order, tax, total - tip - duties)
    shipping = total - tax - duties - tip - goods
    if goods < 0 or shipping < 0:
        raise UnusableError("total_price", "less than its parts")
    return Money(currency, total, tax + duties, shipping)


def _tax_of_goods(order: Order, tax: Decimal, total: Decimal) -> Decimal:
    """Return how much of an inclusive tax is in the subtotal; the rest is in shipping."""
    if order.shipping_lines is not None:
        return tax - sum(
            (_taxes(line.tax_lines, "shipping_lines") for line in order.shipping_lines), _NOTHING
        )
    if total <= 0:
        return tax
    share = tax * Decimal(order.subtotal_price) / total
    return share.quantize(Decimal(order.total_price), ROUND_HALF_EVEN)


def _taxes(lines: tuple[TaxLine, ...] | None, path: str) -> Decimal:
    return sum((amount(line.price, f"{path}.tax_lines") for line in lines or ()), _NOTHING)


def _line(line: LineItem, path: str, order: Order, options: ShopifyOptions) -> Line:
    allocations = line.discount_allocations
    if allocations is None:
        discount = amount(line.total_discount, f"{path}.total_discount")
    else:
        at = f"{path}.discount_allocations"
        discount = sum((amount(part.amount, at) for part in allocations), _NOTHING)
    tax = _taxes(line.tax_lines, path) if order.taxes_included else _NOTHING
    return Line(
        net=amount(line.price, f"{path}.price") * line.quantity - discount - tax,
        quantity=line.quantity,
        discount=discount,
        item_id=product_id(line, options),
        item_name=line.title,
        variant=line.variant_title,
    )
