"""Which part of an order a refund takes back: exact, so that partial refunds sum to the order."""

from decimal import Decimal
from fractions import Fraction

from shared.domain.money import Money


def refund_share(order: Money, before: Decimal, amount: Decimal) -> Money:
    """Return a refund's money, split as its order's was.

    Each part is what is due of it on everything refunded so far, less what was due before this
    refund. So no remainder is ever left over, and a full refund, in however many parts and
    whatever their order, is exactly the purchase.

    What is due is in proportion, in whole units of the last decimal the order is written with.
    Value is rounded first, for it is what GA4 reports; tax is its share of what value leaves, and
    shipping is what is left then. Rounded one inside the other, what is due of each part never
    shrinks as more is refunded, so that no share is negative. Rounded side by side, the
    second of three refunds of 1 would be worth -1 where an order of 3 is value, tax and shipping
    of 1 each.

    Args:
        order: What was paid.
        before: What earlier refunds of the order took back, gross, major units.
        amount: What this one takes back, gross, major units. More than is left of the order
            takes all that is left of tax and shipping; the rest is value. So is what is finer
            than the order's own decimals.
    """
    tax_before, shipping_before = _due(order, before)
    tax, shipping = _due(order, before + amount)
    return Money(
        order.currency,
        amount,
        None if order.tax is None else tax - tax_before,
        None if order.shipping is None else shipping - shipping_before,
    )


def _due(order: Money, refunded: Decimal) -> tuple[Decimal, Decimal]:
    """Return how much tax and shipping goes with the first `refunded` of an order's total."""
    exponent = _exponent(order)
    total, net = _units(order.total, exponent), _units(order.net, exponent)
    if total <= 0:
        return Decimal(0), Decimal(0)
    count = min(_units(refunded, exponent), total)
    rest = count - _portion(net, count, total)
    tax = _portion(_units(order.tax or Decimal(0), exponent), rest, total - net)
    return Decimal(tax).scaleb(exponent), Decimal(rest - tax).scaleb(exponent)


def _portion(part: int, count: int, whole: int) -> int:
    """Return `part` times `count` of `whole`, to the nearest integer; of nothing, nothing."""
    return round(Fraction(part * count, whole)) if whole else 0


def _units(amount: Decimal, exponent: int) -> int:
    """Return how many whole units an amount has."""
    return int(amount.scaleb(-exponent))


def _exponent(order: Money) -> int:
    """Return the exponent of the smallest unit the order's amounts are written in.

    Never the refund's: the unit must be the same for all of them.
    """
    amounts = [a for a in (order.total, order.tax, order.shipping) if a is not None]
    return min(exponent for a in amounts if isinstance(exponent := a.as_tuple().exponent, int))
