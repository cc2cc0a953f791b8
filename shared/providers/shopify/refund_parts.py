"""What a refund says it is made of: lines, shipping, taxes and a difference.

A refund does not say whether its shop's prices include tax, nor which sign a difference has, so it
may be read in several ways. At most one adds up to what was paid back.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Final

import msgspec

from shared.providers.shopify.objects import MoneySet, OrderAdjustment, Refund, RefundLine

_NOTHING: Final = Decimal(0)
_Pick = Callable[[MoneySet | None, str | float | None], Decimal | None]


class Taxes(msgspec.Struct, frozen=True):
    """Which amounts include their tax.

    Attributes:
        in_goods: Those of the lines.
        in_shipping: That of shipping.
    """

    in_goods: bool
    in_shipping: bool


class Reading(msgspec.Struct, frozen=True):
    """One way to add parts up.

    Attributes:
        taxes: Which of them include their tax.
        sign: What becomes of the difference: taken off, added, or left out.
    """

    taxes: Taxes
    sign: int


_READINGS: Final = tuple(
    Reading(Taxes(goods, shipping), sign)
    for (goods, shipping), sign in product(
        ((False, False), (True, True), (True, False)), (1, -1, 0)
    )
)

PLAIN: Final = Reading(Taxes(in_goods=False, in_shipping=False), sign=1)
"""Prices without tax, and the difference taken as it is."""
WITHOUT_TAX: Final = Reading(Taxes(in_goods=False, in_shipping=False), sign=0)
WITH_TAX: Final = Reading(Taxes(in_goods=True, in_shipping=False), sign=0)
"""What the parts cost by themselves, where the prices are without tax or with it."""


class Parts(msgspec.Struct, frozen=True):
    """What a refund says it is made of; all positive but `difference`.

    Attributes:
        lines: Each line with what it cost, and its tax.
        shipping: Shipping.
        shipping_tax: Its tax.
        difference: What more, or less, was paid back than the parts say: a fee, for example.
    """

    lines: tuple[tuple[RefundLine, Decimal, Decimal], ...]
    shipping: Decimal
    shipping_tax: Decimal
    difference: Decimal

    @property
    def tax(self) -> Decimal:
        """The tax of the lines and of shipping."""
        return self._goods_tax + self.shipping_tax

    @property
    def says_parts(self) -> bool:
        """Whether there is more than a difference."""
        return any(net for _, net, _ in self.lines) or bool(self.shipping or self.tax)

    @property
    def _goods_tax(self) -> Decimal:
        return sum((tax for *_, tax in self.lines), _NOTHING)

    def total_by(self, reading: Reading) -> Decimal:
        """Return what the parts come to.

        Args:
            reading: How they are added up.
        """
        total = sum((net for _, net, _ in self.lines), self.shipping)
        total += _NOTHING if reading.taxes.in_goods else self._goods_tax
        total += _NOTHING if reading.taxes.in_shipping else self.shipping_tax
        return total + reading.sign * self.difference

    def readings_of(self, total: Decimal) -> Iterator[Reading]:
        """Yield the ways in which the parts add up to a total.

        A difference alone says nothing of tax and shipping: then there is none.

        Args:
            total: What was paid back.
        """
        if self.says_parts:
            yield from (reading for reading in _READINGS if self.total_by(reading) == total)


def parts_of_shop(refund: Refund) -> Iterator[Parts]:
    """Yield what a refund may be made of in the shop's currency: shipping may stand in two lists.

    Args:
        refund: The refund.
    """
    return _parts(refund, _of_shop)


def parts_of_buyer(refund: Refund) -> Iterator[Parts]:
    """Yield the same in the buyer's currency, as far as the refund says it.

    Args:
        refund: The refund.
    """
    return _parts(refund, _of_buyer)


def money_sets(refund: Refund) -> tuple[MoneySet, ...]:
    """Return every amount of the parts that is stated in both currencies.

    Args:
        refund: The refund.
    """
    lines = refund.refund_line_items or ()
    adjustments = refund.order_adjustments or ()
    sets = (
        *(each for line in lines for each in (line.subtotal_set, line.total_tax_set)),
        *(each for one in adjustments for each in (one.amount_set, one.tax_amount_set)),
        *(line.subtotal_amount_set for line in refund.refund_shipping_lines or ()),
    )
    return tuple(each for each in sets if each is not None)


def _parts(refund: Refund, pick: _Pick) -> Iterator[Parts]:
    lines = []
    for line in refund.refund_line_items or ():
        net = pick(line.subtotal_set, line.subtotal)
        tax = pick(line.total_tax_set, line.total_tax)
        if net is None or net < 0 or tax is None or tax < 0:
            return
        lines.append((line, net, tax))
    adjusted = [a for a in refund.order_adjustments or () if a.kind == "shipping_refund"]
    others = [a for a in refund.order_adjustments or () if a.kind != "shipping_refund"]
    # An adjustment is negative where it is paid back; a line of shipping is positive.
    by_adjustment = _adjusted(adjusted, pick)
    newer = refund.refund_shipping_lines or ()
    by_line = (
        sum((pick(s.subtotal_amount_set, None) or _NOTHING for s in newer), _NOTHING),
        sum((pick(s.tax_amount_set, None) or _NOTHING for s in newer), _NOTHING),
    )
    for paid, tax in dict.fromkeys((by_line, by_adjustment) if newer else (by_adjustment,)):
        shipping = (max(paid, _NOTHING), max(tax, _NOTHING))
        yield Parts(tuple(lines), *shipping, sum(_adjusted(others, pick)[:1], _NOTHING))


def _adjusted(adjustments: list[OrderAdjustment], pick: _Pick) -> tuple[Decimal, Decimal]:
    """Return what adjustments paid back, and its tax."""
    return (
        -sum((pick(a.amount_set, a.amount) or _NOTHING for a in adjustments), _NOTHING),
        -sum((pick(a.tax_amount_set, a.tax_amount) or _NOTHING for a in adjustments), _NOTHING),
    )


def _of_shop(money_set: MoneySet | None, plain: str | float | None) -> Decimal | None:
    """Return an amount of the shop's; None where nothing believable is said."""
    return _decimal(money_set.shop_money.amount if money_set else plain)


def _of_buyer(money_set: MoneySet | None, plain: str | float | None) -> Decimal | None:
    """Return an amount of the buyer's, which no plain amount is."""
    del plain
    if money_set is None or money_set.presentment_money is None:
        return None
    return _decimal(money_set.presentment_money.amount)


def _decimal(text: str | float | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None
