"""What one unit of an item costs the shop, as a catalogue's row says it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from shared.domain.money import currency_code
from shared.errors import UnusableError

Row = Mapping[str, str]
"""One row of a catalogue or a customer list: names and values as text."""


class Cost(msgspec.Struct, frozen=True):
    """A unit's cost in one currency, major units."""

    unit_cost: Decimal
    currency: str


def costs_of(rows: Mapping[str, Sequence[Row]]) -> dict[str, tuple[Cost, ...]]:
    """Return the costs of items: several where an item costs in several currencies.

    A row that cannot be read has no cost: the item is unknown then, and said to be.

    Args:
        rows: Item id → its rows, with `unit_cost` and `currency`.
    """
    return {
        item_id: tuple(cost for row in found if (cost := _cost(row)) is not None)
        for item_id, found in rows.items()
    }


def _cost(row: Row) -> Cost | None:
    amount = decimal_of(row.get("unit_cost", ""))
    try:
        currency = currency_code(row.get("currency", "").strip(), "currency")
    except UnusableError:
        return None
    return None if amount is None or amount < 0 else Cost(amount, currency)


def decimal_of(text: str) -> Decimal | None:
    """Return the number a text writes, where it is one that money can be."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    most = 15
    return number if number.is_finite() and abs(number.adjusted()) <= most else None
