"""What was paid for an order, in the shop's currency.

An order says what it cost when it was placed; where it was edited before it was paid, its current
amounts say what was paid (https://shopify.dev/docs/api/admin-rest/latest/resources/order).
"""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

import msgspec

from shared.domain.money import Money, currency_code
from shared.errors import UnusableError
from shared.providers.line_items import share_of
from shared.providers.shopify.fields import (
    PAID_WITH_GIFT_CARD,
    PAID_WITH_STORE_CREDIT,
)
from shared.providers.shopify.objects import LineItem, Order, Refund, ShippingLine, TaxLine, amount
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.refund_parts import WITH_TAX, WITHOUT_TAX, parts_of_shop

_PAYMENTS: Final = ("sale", "capture")
_NOTHING: Final = Decimal(0)


class Paid(msgspec.Struct, frozen=True):
    """What was paid for an order.

    Attributes:
        money: What counts.
        edited: Whether the order was edited before it was paid.
        share: Which part of the lines counts, where credit paid the rest.
        charged: As `Order.charged`.
        notes: What the amounts leave open.
    """

    money: Money
    edited: bool
    share: Fraction = Fraction(1)
    charged: Money | None = None
    notes: tuple[str, ...] = ()


def paid_for(order: Order, options: ShopifyOptions) -> Paid | str:
    """Return what was paid for an order, without what counts at another time or never.

    Args:
        order: The order.
        options: The operator's choices.

    Returns:
        What was paid; where nothing counts, why.

    Raises:
        UnusableError: It is money but cannot be read.
    """
    money, edited = _money(order)
    if money.total == 0:
        return "zero amount"
    kept = _without_gift_cards(order, money) if options.gift_cards == "redemption" else money
    if kept.total == 0:
        return "gift cards: counted when they are redeemed"
    ways = frozenset(order.payment_gateway_names or ())
    left_out: dict[frozenset[str], str] = {}
    if not options.store_credit:
        left_out[PAID_WITH_STORE_CREDIT] = "paid with store credit: nothing was collected"
    if options.gift_cards == "sale":
        left_out[PAID_WITH_GIFT_CARD] = "paid with gift cards: counted when they were sold"
    uncounted = frozenset[str]().union(*left_out)
    if ways and ways <= uncounted:
        return next(why for names, why in left_out.items() if ways & names)
    part = _paid_by(order, uncounted)
    if part >= kept.total:
        return next(iter(left_out.values()))
    notes: tuple[str, ...] = ()
    share = Fraction(1)
    if part:
        whole = kept.net
        kept = share_of(kept, kept.total - part)
        share = Fraction(kept.net / whole) if whole else Fraction(1)
    elif ways & uncounted:
        notes = ("payment_gateway_names: which part was paid with credit is not known; all counts",)
    return Paid(kept, edited, share, _charged(order, money.total - part, kept), notes)


def _charged(order: Order, total: Decimal, counted: Money) -> Money | None:
    """Return what the buyer was charged; None where that is what counts."""
    both = order.total_price_set
    if both is not None and both.presentment_money is not None:
        theirs, ours = both.presentment_money, Decimal(both.shop_money.amount)
        if theirs.currency_code.upper() != counted.currency and ours > 0:
            charged = total * Decimal(theirs.amount) / ours
            return Money(currency_code(theirs.currency_code, "total_price_set"), charged)
    return None if total == counted.total else Money(counted.currency, total)


def _paid_by(order: Order, ways: frozenset[str]) -> Decimal:
    """Return how much was paid by some ways, in the shop's currency."""
    return sum(
        (
            amount((each.amount_set.shop_money if each.amount_set else each).amount, "transactions")
            for each in order.transactions or ()
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

    The current total also shrinks by refunds: by what was returned, or where that is not stated by
    what was paid back. So that is added again.
    """
    total = amount(order.total_price, "total_price")
    tax = amount(order.total_tax, "total_tax")
    subtotal = (
        None if order.subtotal_price is None else amount(order.subtotal_price, "subtotal_price")
    )
    if order.current_total_price is None:
        return total, tax, subtotal, False
    current = amount(order.current_total_price, "current_total_price")
    refunds = [each for each in order.refunds or () if _moved(each)]
    money = sum((_moved(each) for each in refunds), _NOTHING)
    returned = sum((_returned(each, order) for each in refunds), _NOTHING)
    # What was refunded without money moving was taken out by an edit.
    if total in (current, current + returned, current + money):
        return total, tax, subtotal, False
    paid = current + (returned or money)
    if refunds or order.current_total_tax is None:
        # Of the tax that was refunded nothing certain is said: in proportion.
        cents = Decimal(order.total_price).as_tuple().exponent
        share = tax * paid / total if total else _NOTHING
        tax = share.quantize(Decimal(1).scaleb(min(int(cents), -2)), ROUND_HALF_EVEN)
    else:
        tax = amount(order.current_total_tax, "current_total_tax")
    goods = order.current_subtotal_price
    subtotal = None if refunds or goods is None else amount(goods, "current_subtotal_price")
    return paid, tax, subtotal, True


def _moved(refund: Refund) -> Decimal:
    """Return how much money a refund paid back, in the shop's currency."""
    return sum(
        (
            amount((each.amount_set.shop_money if each.amount_set else each).amount, "refunds")
            for each in refund.transactions or ()
            if each.kind == "refund" and each.status in (None, "success", "pending")
        ),
        _NOTHING,
    )


def _returned(refund: Refund, order: Order) -> Decimal:
    """Return what a refund took back of goods and shipping; nothing if it does not say that."""
    parts = next(parts_of_shop(refund), None)
    if parts is None or not parts.says_parts:
        return _NOTHING
    return parts.total_by(WITH_TAX if order.taxes_included else WITHOUT_TAX)


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
    if line.discount_allocations is None:
        price = line.discounted_price or price
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
            line_net(line, f"line_items[{at}]", order) * line_share(line, order)
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


def line_net(line: LineItem, path: str, order: Order) -> Decimal:
    """Return what all of a line cost: after discounts, without tax.

    Args:
        line: The line.
        path: Where it stands, for the error.
        order: Its order.

    Raises:
        UnusableError: An amount is negative.
    """
    tax = _taxes(line.tax_lines, path) if order.taxes_included else _NOTHING
    return amount(line.price, f"{path}.price") * line.quantity - line_discount(line, path) - tax


def line_discount(line: LineItem, path: str) -> Decimal:
    """Return what was taken off all of a line. Raises as `line_net`.

    Args:
        line: The line.
        path: Where it stands, for the error.
    """
    if line.discount_allocations is None:
        return amount(line.total_discount, f"{path}.total_discount")
    at = f"{path}.discount_allocations"
    return sum((amount(part.amount, at) for part in line.discount_allocations), _NOTHING)
