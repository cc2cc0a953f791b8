"""Orders for the tests of the stores."""

from decimal import Decimal
from typing import Final

from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.order import Order
from tests.support.builders import EUR_18, IN_SESSION, NOW

ITEM: Final = Item(Decimal("9.00"), Decimal(2), "sku_1", "Umbrella", Decimal("1.00"), "red", "MAY")


def order(transaction_id: str = "ORD-9", money: Money = EUR_18) -> Order:
    """Return an order of 18 EUR net, and who placed it."""
    return Order(transaction_id, money, (ITEM,), IN_SESSION, NOW, "cus_1")
