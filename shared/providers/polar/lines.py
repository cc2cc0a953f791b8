"""The lines of an order as items: Polar takes the discount off the order, not off its lines."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from shared.domain.item import Item
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.line_items import Line, items_of
from shared.providers.minor_units import major_units
from shared.providers.polar.objects import AT, Order, OrderItem
from shared.providers.polar.options import PolarOptions

_LINES: Final = f"{AT}.items"
_PLACES: Final = Decimal("0.000001")


def items_of_order(
    order: Order, money: Money, options: PolarOptions
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what was sold; lines that cannot be read cost the items and not the payment.

    Each line has its share of what was paid without tax: the discount, and what the customer's
    balance paid, are spread over the lines in proportion to their amounts.

    Args:
        order: The order.
        money: What counts of it.
        options: Where an item's id comes from.

    Returns:
        The items, and a note where they do not add up to the value.
    """
    lines = order.items or ()
    try:
        amounts = [
            _signed(line, money.currency, f"{_LINES}[{at}].amount") for at, line in enumerate(lines)
        ]
        discount = major_units(order.discount_amount or 0, money.currency, f"{AT}.discount_amount")
    except UnusableError as error:
        return (), (str(error),)
    subtotal = sum(amounts, Decimal(0))
    if subtotal <= 0:
        return (), ()
    nets = _shares(amounts, money.net, subtotal)
    discounts = _shares(amounts, discount, subtotal)
    # Seats and units are of the order; only of a single line they are the line's.
    quantity = (order.seats or order.units or 1) if len(lines) == 1 else 1
    name = order.product.name if order.product else None
    return items_of(
        [
            Line(
                net=net,
                quantity=quantity,
                discount=discounts[at],
                item_id=_item_id(order, lines[at], options),
                item_name=name or lines[at].label,
            )
            for at, net in enumerate(nets)
        ],
        money.net,
        _LINES,
    )


def _item_id(order: Order, line: OrderItem, options: PolarOptions) -> str | None:
    own = (line.product_price_id, order.product_id)
    first, second = own if options.item_id == "price" else own[::-1]
    return first or second


def _signed(line: OrderItem, currency: str, path: str) -> Decimal:
    """Return the amount of a line in major units; a credit for what was not used is negative."""
    found = major_units(abs(line.amount), currency, path)
    return -found if line.amount < 0 else found


def _shares(amounts: list[Decimal], whole: Decimal, subtotal: Decimal) -> list[Decimal]:
    """Return the part of a sum that falls on each line; the last has what rounding leaves."""

    def part(amount: Decimal) -> Decimal:
        share = Fraction(amount) * Fraction(whole) / Fraction(subtotal)
        return (Decimal(share.numerator) / share.denominator).quantize(_PLACES, ROUND_HALF_EVEN)

    parts = [part(amount) for amount in amounts]
    parts[-1] += whole - sum(parts, Decimal(0))
    return parts
