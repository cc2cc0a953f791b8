"""What was returned, as its order names it."""

from collections.abc import Sequence
from typing import Final

from shared.changed import replace
from shared.delivery.payment_identity import scoped
from shared.domain.conversion import Source
from shared.domain.item import Item
from shared.domain.refund import Returned

_UNNAMED: Final = (None, "unnamed")


def returned_by_refund(returned: Returned, source: Source) -> dict[str, Returned]:
    """Return what was returned by the ids of its refunds, as the order index knows them.

    Args:
        returned: What a credit note says.
        source: Where it was learned.
    """
    return dict.fromkeys(scoped(source, returned.refund_ids), returned)


def as_sold(returned: Sequence[Item], sold: Sequence[Item]) -> tuple[Item, ...]:
    """Return items under the ids and names that they were sold under, at their own prices.

    A credit note names a line of the invoice, or has a text alone. Where no line and not exactly
    one text fits, the item keeps its own text.

    Args:
        returned: What was returned; items that have an id keep it.
        sold: The order's items.
    """
    return tuple(item if item.item_id else _as_sold(item, sold) for item in returned)


def _as_sold(item: Item, sold: Sequence[Item]) -> Item:
    same = [each for each in sold if item.line is not None and each.line == item.line]
    if not same and item.item_name not in _UNNAMED:
        same = [each for each in sold if each.item_name == item.item_name]
    if len(same) != 1:
        return item
    (of_order,) = same
    return replace(
        of_order,
        price=item.price,
        quantity=item.quantity,
        discount=item.discount,
        item_name=of_order.item_name or item.item_name,
    )
