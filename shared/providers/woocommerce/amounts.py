"""What an order brought, and what was sold.

A gift card or a store credit pays like cash: plugins take it off `total` alone, so that the lines,
shipping and tax are more than that. What it paid was counted when it was bought, or never. Tax,
shipping and items are then in proportion.
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
from shared.providers.decimals import check_decimal, check_positive
from shared.providers.line_items import Line, items_of, lines_share, share_of
from shared.providers.woocommerce.objects import LineItem, Order
from shared.providers.woocommerce.options import WooCommerceOptions

_LINES: Final = "line_items"
_NOTHING: Final = Decimal(0)
_CREDIT: Final = "total: less than its lines: a gift card or a credit paid the rest, not counted"


def money_of(
    order: Order, options: WooCommerceOptions
) -> tuple[Money, tuple[Item, ...], tuple[str, ...]]:
    """Return what was paid, what was sold, and notes on what of the lines could not be used.

    Args:
        order: The order.
        options: Where an item's id comes from.

    Raises:
        UnusableError: An amount or the currency cannot be; each is named.
    """
    money = _charged(order)
    if money.total and money.net < 0:
        raise UnusableError("total", "less than its tax and shipping")
    notes: tuple[str, ...] = ()
    try:
        lines: Sequence[Line] = _lines(order, options)
    except UnusableError as error:
        lines, notes = (), (str(error),)
    whole = _before_credit(money, lines)
    if whole is not None:
        lines = lines_share(lines, Fraction(money.total) / Fraction(whole.total))
        money, notes = share_of(whole, money.total), (_CREDIT,)
    items, item_notes = items_of(lines, money.net, _LINES)
    return money, items, (*notes, *item_notes)


def _charged(order: Order) -> Money:
    """Return what was charged: less its tax and its shipping it is what goods and fees cost."""
    amounts = {
        "total": order.total,
        "total_tax": order.total_tax,
        "shipping_total": order.shipping_total,
    }
    checks = [
        partial(check_positive, amount, name)
        for name, amount in amounts.items()
        if amount is not None
    ]
    if faults := list(faults_in([partial(currency_code, order.currency, "currency"), *checks])):
        raise UnusableError.of(faults)
    currency = currency_code(order.currency, "currency")
    return Money(currency, order.total, order.total_tax, order.shipping_total)


def _before_credit(money: Money, lines: Sequence[Line]) -> Money | None:
    """Return what an order cost before a credit paid a part; None where none did.

    Each line, the shipping and the tax may be rounded: a difference so small is no credit.

    Args:
        money: What was charged.
        lines: What was sold, with the fees.
    """
    if not lines:
        return None
    sold = sum((line.net for line in lines), _NOTHING)
    total = sold + (money.tax or _NOTHING) + (money.shipping or _NOTHING)
    unit = Decimal(1).scaleb(int(money.total.as_tuple().exponent))
    if sold < 0 or total - money.total <= unit * (len(lines) + 2):
        return None
    return Money(money.currency, total, money.tax, money.shipping)


def _lines(order: Order, options: WooCommerceOptions) -> list[Line]:
    """Return the goods and the fees of an order.

    Raises:
        UnusableError: One cannot be read. That costs the items and not the payment.
    """
    goods = [
        _line(line, f"{_LINES}[{at}]", options) for at, line in enumerate(order.line_items or ())
    ]
    fees = [
        Line(check_decimal(fee.total, f"fee_lines[{at}].total"), 1, item_name=fee.name)
        for at, fee in enumerate(order.fee_lines or ())
    ]
    return [*goods, *(fee for fee in fees if fee.net)]


def _line(line: LineItem, path: str, options: WooCommerceOptions) -> Line:
    net = check_decimal(line.total, f"{path}.total")
    before = net if line.subtotal is None else check_decimal(line.subtotal, f"{path}.subtotal")
    count = Decimal(1) if line.quantity is None else line.quantity
    check_decimal(count, f"{path}.quantity")
    # Some shops sell by weight: so much of it is one.
    whole = count == count.to_integral_value()
    ids = {"sku": line.sku, "variation": line.variation_id, "product": line.product_id}
    named = {name: str(each or "") for name, each in ids.items()}
    own = (named.pop(options.item_id), *named.values())
    found = next((each for each in own if each not in ("", "0")), None)
    return Line(
        net=net,
        quantity=int(count) if whole else 1,
        discount=max(before - net, Decimal(0)),
        item_id=found,
        item_name=line.name,
    )
