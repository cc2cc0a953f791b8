"""What was paid back, and what of it is tax, shipping and goods, in the shop's currency.

Transactions are in the currency the buyer paid in; the shop's own stands in the sets only
(https://shopify.dev/docs/api/admin-rest/latest/resources/refund).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import msgspec

from shared.domain.item import Item
from shared.domain.money import Money, currency_code
from shared.errors import UnusableError
from shared.providers.line_items import Line, items_of
from shared.providers.shopify.fields import product_id
from shared.providers.shopify.objects import (
    LineItem,
    MoneySet,
    Refund,
    RefundLine,
    Transaction,
    amount,
)
from shared.providers.shopify.options import ShopifyOptions
from shared.providers.shopify.refund_parts import (
    PLAIN,
    Parts,
    Reading,
    money_sets,
    parts_of_buyer,
    parts_of_shop,
)

_NOTHING: Final = Decimal(0)
Moved = Sequence[tuple[int, Transaction]]
"""The transactions that count, each with its place in the list."""


class Split(msgspec.Struct, frozen=True):
    """A refund's money and what was returned.

    Attributes:
        money: What was paid back; its tax and shipping are None where the refund does not say.
        items: What was returned, where the refund says.
    """

    money: Money
    items: tuple[Item, ...] = ()


def split_of(refund: Refund, moved: Moved, *, whole: bool, options: ShopifyOptions) -> Split:
    """Return what was paid back, with tax, shipping and items where they add up to it.

    Args:
        refund: The refund.
        moved: Its transactions that count.
        whole: Whether these are all of them.
        options: The operator's choices.

    Raises:
        UnusableError: It is money but cannot be read.
    """
    shop = _shop_currency(refund)
    total = _total(moved, shop)
    if total is None:
        total = _of_buyer(moved)
        if shop is not None:
            total = Money(shop, _in_shop_money(refund, total.total))
    if whole:
        for parts in parts_of_shop(refund):
            reading = next(parts.readings_of(total.total), None)
            if reading is not None:
                return _split(parts, reading, total, options)
    return Split(total)


def _split(parts: Parts, reading: Reading, total: Money, options: ShopifyOptions) -> Split:
    """Return a refund split by its parts, which add up to it."""
    shipping = parts.shipping - (parts.shipping_tax if reading.taxes.in_shipping else _NOTHING)
    money = Money(total.currency, total.total, parts.tax, shipping)
    if money.net < 0 or shipping < 0:
        return Split(total)
    kept = [
        (line, net - tax if reading.taxes.in_goods else net)
        for line, net, tax in parts.lines
        if not (_is_gift_card(line) and options.gift_cards == "redemption")
    ]
    sold = sum((net for line, net, _ in parts.lines if _is_gift_card(line)), _NOTHING)
    if options.gift_cards == "redemption" and sold:
        left = max(money.total - sold, _NOTHING)
        money = Money(money.currency, left, money.tax, money.shipping)
    lines = [_line(line, net, options) for line, net in kept]
    return Split(money, items_of(lines, money.net, "refund_line_items")[0])


def _in_shop_money(refund: Refund, total: Decimal) -> Decimal:
    """Return what a refund in the buyer's currency is in the shop's, by what it is made of.

    The reading that adds up in the buyer's currency holds in the shop's too. Where none does, the
    parts say what the shop gave back; a difference alone is converted at its own rate.
    """
    for ours, theirs in zip(parts_of_shop(refund), parts_of_buyer(refund), strict=False):
        reading = next(theirs.readings_of(total), None)
        if reading is not None:
            return max(ours.total_by(reading), _NOTHING)
    first = next(parts_of_shop(refund), None)
    if first is not None and first.says_parts:
        return max(first.total_by(PLAIN), _NOTHING)
    return _converted(money_sets(refund), total)


def _converted(sets: Sequence[MoneySet], total: Decimal) -> Decimal:
    """Return an amount in the shop's currency, at the rate of amounts that are stated in both."""
    both = [
        (abs(Decimal(each.shop_money.amount)), abs(Decimal(each.presentment_money.amount)))
        for each in sets
        if each.presentment_money is not None
    ]
    ours = sum((shop for shop, _ in both), _NOTHING)
    theirs = sum((buyer for _, buyer in both), _NOTHING)
    if not ours or not theirs:
        return total
    unit = Decimal(1).scaleb(int(ours.as_tuple().exponent))
    return (total * ours / theirs).quantize(unit, ROUND_HALF_EVEN)


def _total(moved: Moved, shop: str | None) -> Money | None:
    """Return what was paid back, where every transaction says it in the shop's currency."""
    total, currency = _NOTHING, shop
    for at, part in moved:
        path = f"transactions[{at}]"
        if part.amount_set is not None:
            money = part.amount_set.shop_money
            code, text = currency_code(money.currency_code, f"{path}.amount_set"), money.amount
        else:
            code, text = currency_code(part.currency, f"{path}.currency"), part.amount
            if shop is not None and code != shop:
                return None
        if currency not in (None, code):
            raise UnusableError(f"{path}.currency", "another than the first one's")
        currency = code
        total += amount(text, f"{path}.amount")
    return Money(currency or "", total)


def _of_buyer(moved: Moved) -> Money:
    """Return what was paid back in the currency of the transactions."""
    codes = {currency_code(part.currency, f"transactions[{at}].currency") for at, part in moved}
    if len(codes) > 1:
        raise UnusableError("transactions", "of several currencies")
    total = sum((amount(part.amount, f"transactions[{at}].amount") for at, part in moved), _NOTHING)
    return Money(codes.pop(), total)


def _shop_currency(refund: Refund) -> str | None:
    """Return the shop's currency, where any part of the refund says it."""
    sets = (part.amount_set for part in refund.transactions or ())
    found: MoneySet | None = next((e for e in (*sets, *money_sets(refund)) if e is not None), None)
    if found is None:
        return None
    return currency_code(found.shop_money.currency_code, "shop_money.currency_code")


def _is_gift_card(line: RefundLine) -> bool:
    return bool(line.line_item and line.line_item.gift_card)


def _line(line: RefundLine, net: Decimal, options: ShopifyOptions) -> Line:
    sold = line.line_item or LineItem()
    return Line(
        net=net,
        quantity=line.quantity,
        item_id=product_id(sold, options),
        item_name=sold.title,
        variant=sold.variant_title,
    )
