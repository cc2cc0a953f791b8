"""The money and the items of a billing event."""

from decimal import Decimal

from shared.domain.currencies import currency_code
from shared.domain.item import Item
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.messages.billing_event import BillingEvent, BillingItem, MajorMoney, MinorMoney


def money_of(event: BillingEvent) -> Money:
    """Return what was charged, or paid back.

    Args:
        event: The message.

    Raises:
        UnusableError: It tells no money, two, or parts that are more than the whole.
    """
    if event.money is not None and event.money_minor is not None:
        raise UnusableError("money_minor", "given beside money")
    at, told = ("money", event.money) if event.money else ("money_minor", event.money_minor)
    if told is None:
        raise UnusableError("money", "missing")
    return _money(told, at)


def major_money(told: MajorMoney) -> Money:
    """Return what `money` of a message tells. Raises as `money_of`."""
    return _money(told, "money")


def _money(told: MajorMoney | MinorMoney, at: str) -> Money:
    currency = currency_code(told.currency, f"{at}.currency")
    places = -told.exponent if isinstance(told, MinorMoney) else 0
    total, tax, shipping = (_major(a, places) for a in (told.total, told.tax, told.shipping))
    if total is None:
        raise UnusableError(f"{at}.total", "missing")
    if not told.tax_included and tax is not None:
        total += tax
    money = Money(currency, total, tax, shipping)
    if money.net < 0:
        raise UnusableError(f"{at}.total", "less than its tax and shipping")
    return money


def _major(amount: str | int | None, places: int) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(places)


def items_of(event: BillingEvent, money: Money) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what was sold, and a note on what could not be told or does not add up.

    Args:
        event: The message.
        money: What was charged: items never change it.
    """
    items, notes = [], []
    for at, told in enumerate(event.items or ()):
        item = _item(told)
        if isinstance(item, Item):
            items.append(item)
        else:
            notes.append(f"items[{at}]: {item}")
    if items and sum(item.price * item.quantity for item in items) != money.net:
        notes.append("items: do not add up to the value")
    return tuple(items), tuple(notes)


def _item(told: BillingItem) -> Item | str:
    """Return an item, or why it is none."""
    quantity = Decimal(told.quantity)
    if not (told.item_id or told.item_name):
        return "neither item_id nor item_name"
    if told.price is None:
        return "no price"
    if quantity == 0:
        return "no quantity"
    return Item(
        price=Decimal(told.price),
        quantity=quantity,
        item_id=told.item_id or None,
        item_name=told.item_name or None,
        discount=None if told.discount is None else Decimal(told.discount),
        variant=told.item_variant or None,
        coupon=told.coupon or None,
    )
