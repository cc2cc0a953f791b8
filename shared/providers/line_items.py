"""The lines of an order as items, from amounts in major units: docs/decisions/0011-items.md."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

import msgspec

from shared.changed import replace
from shared.domain.item import Item
from shared.domain.money import Money

MAX_ITEMS: Final = 200  # GA4 takes no more in an event
_PLACES: Final = Decimal("0.000001")
# Below any currency's smallest unit.
_UNSEEN: Final = Decimal("0.0005")
_NOTHING: Final = Decimal(0)


class Line(msgspec.Struct, frozen=True):
    """A line of an order.

    Attributes:
        net: What was paid for all of it: after discounts, without tax.
        quantity: How many.
        discount: What was taken off all of it.
        item_id: What was sold.
        item_name: What it is called.
        variant: Which kind of it.
    """

    net: Decimal
    quantity: int
    discount: Decimal = _NOTHING
    item_id: str | None = None
    item_name: str | None = None
    variant: str | None = None


def share_of(money: Money, total: Decimal) -> Money:
    """Return a part of some money, its tax and shipping in proportion.

    Args:
        money: The whole, above zero.
        total: What counts of it, with tax and shipping, major units.
    """
    unit = Decimal(1).scaleb(
        min(int(money.total.as_tuple().exponent), int(total.as_tuple().exponent))
    )

    def part(whole: Decimal | None) -> Decimal | None:
        if whole is None:
            return None
        return (whole * total / money.total).quantize(unit, ROUND_HALF_EVEN)

    tax, shipping = part(money.tax), part(money.shipping)
    if shipping is not None:
        shipping = min(shipping, total - (tax or _NOTHING))  # both may be rounded up
    return Money(money.currency, total, tax, shipping)


def lines_share(lines: Sequence[Line], share: Fraction) -> list[Line]:
    """Return lines of which only a part counts.

    Args:
        lines: The lines of the whole.
        share: The part, from 0 to 1.
    """

    def part(amount: Decimal) -> Decimal:
        return (amount * share.numerator / share.denominator).quantize(_PLACES, ROUND_HALF_EVEN)

    return [replace(line, net=part(line.net), discount=part(line.discount)) for line in lines]


def items_of(
    lines: Sequence[Line], value: Decimal, path: str
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what was sold, and a note where that does not add up to the value.

    Args:
        lines: What the order says. A credit, or a line of nothing, is no item.
        value: The order's, which no line ever changes.
        path: Where the lines stand, for the note.
    """
    sold = [line for line in lines if line.net >= 0 and line.quantity > 0]
    if len(sold) > MAX_ITEMS:
        rest = sum((line.net for line in sold[MAX_ITEMS - 1 :]), _NOTHING)
        further = Line(rest, 1, item_id="further_items", item_name="Further items")
        sold[MAX_ITEMS - 1 :] = [further]
    adds_up = sum((line.net for line in sold), _NOTHING) == value
    notes = () if adds_up or not lines else (f"{path}: do not add up to the value",)
    return tuple(_item(line) for line in sold), notes


def _item(line: Line) -> Item:
    quantity = line.quantity
    price = _each(line.net, quantity)
    if abs(price * quantity - line.net) >= _UNSEEN:
        # Six decimals cannot say the price of so many: the lot of them is one.
        quantity, price = 1, line.net
    named = line.item_id or line.item_name
    return Item(
        price=price,
        quantity=Decimal(quantity),
        item_id=line.item_id or None,
        item_name=line.item_name or (None if named else "unnamed"),
        discount=_each(line.discount, quantity) if line.discount > 0 else None,
        variant=line.variant or None,
    )


def _each(amount: Decimal, quantity: int) -> Decimal:
    return (amount / quantity).quantize(_PLACES, ROUND_HALF_EVEN)
