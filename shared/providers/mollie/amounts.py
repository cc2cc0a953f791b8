"""What a payment of Mollie's brought, and what was sold: VAT and shipping stand in its lines alone.

The lines count where they add up to the amount: otherwise something of it is in no line.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Final

from shared.domain.item import Item
from shared.domain.money import Money, currency_code
from shared.errors import UnusableError
from shared.faults import faults_in
from shared.providers import line_items
from shared.providers.decimals import LARGEST, check_decimal, check_positive
from shared.providers.mollie.objects import AT, Amount, Line, Payment

_SHIPPING: Final = "shipping_fee"
# They pay: what they paid was counted when they were bought, or never.
_CREDIT: Final = ("gift_card", "store_credit")
_NOTHING: Final = Decimal(0)
_NO_SUM: Final = f"{AT}.lines: do not add up to the amount"


def money_of(found: Payment) -> tuple[Money, tuple[Item, ...], tuple[str, ...]]:
    """Return what was paid, what was sold, and what of the lines could not be used.

    Of a payment that was captured in part, or that a gift card or a credit paid too, VAT, shipping
    and items are in proportion.

    Args:
        found: The payment.

    Raises:
        UnusableError: The amount or its currency cannot be.
    """
    amount, taken = found.amount, found.amount_captured
    whole = _plain(amount, f"{AT}.amount")
    paid = whole
    if taken is not None and _is_less(taken, amount):
        paid = _plain(taken, f"{AT}.amountCaptured")
    lines = found.lines or ()
    if not lines:
        return paid, (), ()
    try:
        totals = [_of(line.total_amount, amount, at) for at, line in enumerate(lines)]
        vats = [_of(line.vat_amount, amount, at) for at, line in enumerate(lines)]
    except UnusableError as error:
        return paid, (), (str(error),)
    if sum(totals, _NOTHING) not in (whole.total, paid.total):
        return paid, (), (_NO_SUM,)
    billed = [
        (line, total, vat)
        for line, total, vat in zip(lines, totals, vats, strict=True)
        if line.type not in _CREDIT
    ]
    money = _split(billed, whole.currency)
    if money is None or paid.total > money.total:
        return paid, (), (_NO_SUM,)
    sold = [
        _line(line, total - vat, total) for line, total, vat in billed if line.type != _SHIPPING
    ]
    if paid.total < money.total:
        sold = line_items.lines_share(sold, Fraction(paid.total) / Fraction(money.total))
        money = line_items.share_of(money, paid.total)
    items, notes = line_items.items_of(sold, money.net, f"{AT}.lines")
    return money, items, notes


def _split(billed: Sequence[tuple[Line, Decimal, Decimal]], currency: str) -> Money | None:
    """Return what was billed, with its VAT and shipping; None where that is no payment's."""
    shipped = [total - vat for line, total, vat in billed if line.type == _SHIPPING]
    has_vat = any(line.vat_amount is not None for line, _, _ in billed)
    money = Money(
        currency,
        sum((total for _, total, _ in billed), _NOTHING),
        sum((vat for _, _, vat in billed), _NOTHING) if has_vat else None,
        sum(shipped, _NOTHING) if shipped else None,
    )
    parts = (money.total, money.net, money.tax or _NOTHING, money.shipping or _NOTHING)
    return None if min(parts) < 0 else money


def _plain(amount: Amount, path: str) -> Money:
    checks = (
        partial(check_positive, amount.value, f"{path}.value"),
        partial(currency_code, amount.currency, f"{path}.currency"),
    )
    if faults := list(faults_in(checks)):
        raise UnusableError.of(faults)
    return Money(currency_code(amount.currency, f"{path}.currency"), amount.value)


def _is_less(taken: Amount, amount: Amount) -> bool:
    comparable = taken.value.is_finite() and amount.value.is_finite()
    return comparable and taken.currency == amount.currency and taken.value < amount.value


def _of(part: Amount | None, whole: Amount, at: int) -> Decimal:
    """Return an amount of a line, which may be a discount.

    Raises:
        UnusableError: It is in another currency than the payment, or no amount of money.
    """
    if part is None:
        return _NOTHING
    if part.currency != whole.currency:
        raise UnusableError(f"{AT}.lines[{at}]", "in another currency than the payment")
    return check_decimal(part.value, f"{AT}.lines[{at}]")


def _line(line: Line, net: Decimal, total: Decimal) -> line_items.Line:
    off = line.discount_amount.value if line.discount_amount else _NOTHING
    # It includes VAT; the price does not.
    share = net / total if total > 0 else _NOTHING
    return line_items.Line(
        net=net,
        quantity=line.quantity,
        discount=off * share if off.is_finite() and 0 < off <= LARGEST else _NOTHING,
        item_id=line.sku,
        item_name=line.description,
    )
