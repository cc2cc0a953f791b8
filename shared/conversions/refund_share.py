"""Which part of an order a refund takes back: exact, so that partial refunds sum to the order."""

from decimal import ROUND_HALF_EVEN, Decimal

from shared.conversions.money import Money


def refund_share(order: Money, before: Decimal, amount: Decimal) -> Money:
    """Return a refund's money, split as its order's was.

    Tax and shipping are what is due on everything refunded so far, less what was due before this
    refund: each share is rounded once, against the whole, so no remainder is ever left over and
    a full refund, in however many parts, is exactly the purchase. Value takes the rest.

    Args:
        order: What was paid.
        before: What earlier refunds of the order took back, gross, major units.
        amount: What this one takes back, gross, major units. More than is left of the order
            takes all that is left of tax and shipping; the rest is value.
    """
    tax = _part(order, order.tax, before + amount) - _part(order, order.tax, before)
    shipping = _part(order, order.shipping, before + amount) - _part(order, order.shipping, before)
    return Money(
        order.currency,
        amount,
        None if order.tax is None else tax,
        None if order.shipping is None else shipping,
    )


def _part(order: Money, part: Decimal | None, refunded: Decimal) -> Decimal:
    """Return how much of a part of the order goes with the first `refunded` of its total."""
    if part is None or order.total <= 0:
        return Decimal(0)
    due = part * min(refunded, order.total) / order.total
    return due.quantize(_unit(order), ROUND_HALF_EVEN)


def _unit(order: Money) -> Decimal:
    """Return the smallest unit the order's amounts are written in."""
    exponents = (amount.as_tuple().exponent for amount in _amounts(order))
    return Decimal(1).scaleb(min(e for e in exponents if isinstance(e, int)))


def _amounts(order: Money) -> tuple[Decimal, ...]:
    return tuple(a for a in (order.total, order.tax, order.shipping) if a is not None)
