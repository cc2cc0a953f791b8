"""A refund of an order, in whole or in part, in the shop's currency.

Transactions are in the currency the buyer paid in; the shop's own stands in the sets only
(https://shopify.dev/docs/api/admin-rest/latest/resources/refund).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from shared.decoding import read_tolerant
from shared.domain.conversion import Ignored
from shared.domain.item import Item
from shared.domain.money import Money, currency_code
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of
from shared.providers.shopify import objects
from shared.providers.shopify.fields import (
    PAID_WITH_GIFT_CARD,
    PAID_WITH_STORE_CREDIT,
    amount,
    moment,
    product_id,
)
from shared.providers.shopify.options import ShopifyOptions

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
_NOTHING: Final = Decimal(0)


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
    split = _split(refund, counted, whole=len(counted) == len(moved), options=options)
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


@dataclass(frozen=True, slots=True)
class _Split:
    money: Money
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a refund says it is made of, in the shop's currency; all positive but `difference`.

    Attributes:
        lines: Each line with what it cost, and its tax.
        shipping: Shipping, and its tax.
        difference: What more, or less, was paid back than the parts say: a fee, for example.
    """

    lines: tuple[tuple[objects.RefundLine, Decimal, Decimal], ...]
    shipping: tuple[Decimal, Decimal]
    difference: Decimal

    @property
    def goods(self) -> Decimal:
        """What the lines cost together."""
        return sum((net for _, net, _ in self.lines), _NOTHING)

    @property
    def tax(self) -> Decimal:
        """The tax of the lines and of shipping."""
        return sum((tax for *_, tax in self.lines), _NOTHING) + self.shipping[1]


def _split(
    refund: objects.Refund,
    moved: list[tuple[int, objects.Transaction]],
    *,
    whole: bool,
    options: ShopifyOptions,
) -> _Split:
    """Return what was paid back, with tax, shipping and items where they add up to it.

    A refund does not say whether its shop's prices include tax, but only one of the two adds up.
    """
    shop = _shop_currency(refund)
    parts = [each for each in _readings(refund) if each is not None]
    total = _total(moved, shop)
    if total is None and parts:
        # The transactions are in the buyer's currency only: the parts say what the shop gave back.
        total = Money(shop or "", _without(parts[0]))
    if total is None:
        total = _of_buyer(moved)
    if not whole:
        return _Split(total)
    for each in parts:
        split = _fitting(each, total, options)
        if split is not None:
            return split
    return _Split(total)


def _without(parts: _Parts) -> Decimal:
    """Return what parts come to, where prices are without tax."""
    return max(parts.goods + parts.tax + parts.shipping[0] + parts.difference, _NOTHING)


def _fitting(parts: _Parts, money: Money, options: ShopifyOptions) -> _Split | None:
    """Return a refund split by its parts; None where these do not add up to it."""
    shipping, shipping_tax = parts.shipping
    for difference in {parts.difference, -parts.difference, _NOTHING}:
        plain = parts.goods + shipping + difference
        if plain + parts.tax == money.total:
            included = False
        elif plain == money.total and shipping >= shipping_tax:
            included, shipping = True, shipping - shipping_tax
        else:
            continue
        whole = Money(money.currency, money.total, parts.tax, shipping)
        if whole.net < 0:
            return None
        lines = [
            _line(line, net - tax if included else net, options)
            for line, net, tax in parts.lines
            if not (_is_gift_card(line) and options.gift_cards == "redemption")
        ]
        sold = sum((net for line, net, _ in parts.lines if _is_gift_card(line)), _NOTHING)
        if options.gift_cards == "redemption" and sold:
            whole = Money(
                whole.currency, max(whole.total - sold, _NOTHING), whole.tax, whole.shipping
            )
        return _Split(whole, items_of(lines, whole.net, "refund_line_items")[0])
    return None


def _readings(refund: objects.Refund) -> Iterable[_Parts | None]:
    """Return how a refund's parts may be read: shipping may stand in two lists, but is one."""
    lines = []
    for line in refund.refund_line_items or ():
        net = _amount(line.subtotal_set, line.subtotal)
        tax = _amount(line.total_tax_set, line.total_tax)
        if net is None or net < 0 or tax is None or tax < 0:
            return
        lines.append((line, net, tax))
    adjusted = [a for a in refund.order_adjustments or () if a.kind == "shipping_refund"]
    others = [a for a in refund.order_adjustments or () if a.kind != "shipping_refund"]
    difference = sum((_amount(a.amount_set, a.amount) or _NOTHING for a in others), _NOTHING)
    # An adjustment is negative where it is paid back; a line of shipping is positive.
    by_adjustment = (
        -sum((_amount(a.amount_set, a.amount) or _NOTHING for a in adjusted), _NOTHING),
        -sum((_amount(a.tax_amount_set, a.tax_amount) or _NOTHING for a in adjusted), _NOTHING),
    )
    newer = refund.refund_shipping_lines or ()
    by_line = (
        sum((_amount(s.subtotal_amount_set, None) or _NOTHING for s in newer), _NOTHING),
        sum((_amount(s.tax_amount_set, None) or _NOTHING for s in newer), _NOTHING),
    )
    for paid, tax in dict.fromkeys((by_line, by_adjustment) if newer else (by_adjustment,)):
        shipping = (max(paid, _NOTHING), max(tax, _NOTHING))
        yield _Parts(tuple(lines), shipping, -difference)


def _total(moved: list[tuple[int, objects.Transaction]], shop: str | None) -> Money | None:
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


def _of_buyer(moved: list[tuple[int, objects.Transaction]]) -> Money:
    """Return what was paid back in the currency of the transactions; nothing else is said."""
    codes = {currency_code(part.currency, f"transactions[{at}].currency") for at, part in moved}
    if len(codes) > 1:
        raise UnusableError("transactions", "of several currencies")
    total = sum((amount(part.amount, f"transactions[{at}].amount") for at, part in moved), _NOTHING)
    return Money(codes.pop(), total)


def _shop_currency(refund: objects.Refund) -> str | None:
    """Return the shop's currency, where any part of the refund says it."""
    lines = refund.refund_line_items or ()
    adjustments = refund.order_adjustments or ()
    sets = [
        *(part.amount_set for part in refund.transactions or ()),
        *(each for line in lines for each in (line.subtotal_set, line.total_tax_set)),
        *(each for one in adjustments for each in (one.amount_set, one.tax_amount_set)),
        *(line.subtotal_amount_set for line in refund.refund_shipping_lines or ()),
    ]
    found = next((each for each in sets if each is not None), None)
    if found is None:
        return None
    return currency_code(found.shop_money.currency_code, "shop_money.currency_code")


def _amount(money_set: objects.MoneySet | None, plain: str | float | None) -> Decimal | None:
    """Return an amount of the shop's; None where nothing believable is said."""
    text = money_set.shop_money.amount if money_set else plain
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None


def _is_gift_card(line: objects.RefundLine) -> bool:
    return bool(line.line_item and line.line_item.gift_card)


def _line(line: objects.RefundLine, net: Decimal, options: ShopifyOptions) -> Line:
    sold = line.line_item or objects.LineItem()
    return Line(
        net=net,
        quantity=line.quantity,
        item_id=product_id(sold, options),
        item_name=sold.title,
        variant=sold.variant_title,
    )
