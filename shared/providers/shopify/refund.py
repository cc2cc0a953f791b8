"""A refund of an order, in whole or in part."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from shared.decoding import read
from shared.domain.conversion import Ignored
from shared.domain.currencies import currency_code
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of
from shared.providers.shopify import objects
from shared.providers.shopify.fields import amount, moment, product_id
from shared.providers.shopify.options import ShopifyOptions

# What is pending is on its way back, and no other event tells when it arrived.
_MOVED: Final = (None, "success", "pending")
_NOTHING: Final = Decimal(0)


def from_refund(event: ProviderEvent, options: ShopifyOptions) -> Refund | Ignored:
    """Return the refund of `refunds/create`.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: It is money but cannot be read.
    """
    refund = read(event.object, objects.Refund)
    paid = [
        (at, part)
        for at, part in enumerate(refund.transactions or ())
        if part.kind == "refund" and part.status in _MOVED
    ]
    if not paid:
        return Ignored("no money went back")
    first, part = paid[0]
    currency = currency_code(part.currency, f"transactions[{first}].currency")
    total = _NOTHING
    for at, part in paid:
        if part.currency != paid[0][1].currency:
            raise UnusableError(f"transactions[{at}].currency", "another than the first one's")
        total += amount(part.amount, f"transactions[{at}].amount")
    if total == 0:
        return Ignored("zero amount")
    split = _split(refund, Money(currency, total), options)
    order = str(refund.order_id)
    return Refund(
        refund_id=str(refund.id),
        money=split.money,
        references=(order,),
        fallback_transaction_id=order,
        occurred_at=moment(refund.processed_at, refund.created_at),
        items=split.items,
    )


@dataclass(frozen=True, slots=True)
class _Split:
    money: Money
    items: tuple[Item, ...] = ()


def _split(refund: objects.Refund, money: Money, options: ShopifyOptions) -> _Split:
    """Return tax, shipping and items where they add up to what was paid back; else none of them.

    A refund does not say whether its shop's prices include tax, but only one of the two adds up.
    """
    lines = refund.refund_line_items or ()
    told = [(line, line.subtotal_set, line.total_tax_set) for line in lines]
    parts = [(line, _shop(net, money), _shop(tax, money)) for line, net, tax in told]
    known = [(line, net, tax) for line, net, tax in parts if net is not None and tax is not None]
    if len(known) < len(lines):
        return _Split(money)
    shipping, shipping_tax = _shipping(refund)
    goods = sum((net for _, net, _ in known), _NOTHING)
    tax = sum((tax for _, _, tax in known), _NOTHING) + shipping_tax
    if goods + shipping + tax == money.total:
        included = False
    elif goods + shipping == money.total and shipping >= shipping_tax:
        included, shipping = True, shipping - shipping_tax
    else:
        return _Split(money)
    whole = Money(money.currency, money.total, tax, shipping)
    if whole.net < 0:
        return _Split(money)
    sold = [_line(line, net - tax if included else net, options) for line, net, tax in known]
    return _Split(whole, items_of(sold, whole.net, "refund_line_items")[0])


def _shop(told: objects.MoneySet | None, money: Money) -> Decimal | None:
    """Return an amount of the shop's, where that is the currency that was paid back."""
    if told is None or told.shop_money.currency_code.upper() != money.currency:
        return None
    found = Decimal(told.shop_money.amount)
    return found if found >= 0 else None


def _shipping(refund: objects.Refund) -> tuple[Decimal, Decimal]:
    """Return the shipping that was paid back, and its tax, both positive."""
    parts = [a for a in refund.order_adjustments or () if a.kind == "shipping_refund"]
    paid = -sum((Decimal(part.amount) for part in parts), _NOTHING)
    return max(paid, _NOTHING), max(
        -sum((Decimal(part.tax_amount) for part in parts), _NOTHING), _NOTHING
    )


def _line(line: objects.RefundLine, net: Decimal, options: ShopifyOptions) -> Line:
    sold = line.line_item or objects.LineItem()
    return Line(
        net=net,
        quantity=line.quantity,
        item_id=product_id(sold, options),
        item_name=sold.title,
        variant=sold.variant_title,
    )
