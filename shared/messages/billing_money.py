"""The money and the items of a billing event."""

from decimal import Decimal

from shared.domain.currencies import currency_code
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.notes import Notes
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
    at, raw = ("money", event.money) if event.money else ("money_minor", event.money_minor)
    if raw is None:
        raise UnusableError("money", "missing")
    return _money(raw, at)


def major_money(raw: MajorMoney) -> Money:
    """Return what a message tells under `money`. Raises as `money_of`."""
    return _money(raw, "money")


def _money(raw: MajorMoney | MinorMoney, at: str) -> Money:
    currency = currency_code(raw.currency, f"{at}.currency")
    places = -raw.exponent if isinstance(raw, MinorMoney) else 0
    total, tax, shipping = (_major(a, places) for a in (raw.total, raw.tax, raw.shipping))
    if total is None:
        raise UnusableError(f"{at}.total", "missing")
    if not raw.tax_included and tax is not None:
        total += tax
    money = Money(currency, total, tax, shipping)
    if money.net < 0:
        raise UnusableError(f"{at}.total", "less than its tax and shipping")
    return money


def _major(amount: str | int | None, places: int) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(places)


def items_of(event: BillingEvent, money: Money, notes: Notes) -> tuple[Item, ...]:
    """Return what was sold.

    Args:
        event: The message.
        money: What was charged: items never change it.
        notes: Each item that is left out is named, and a sum that is not the value.
    """
    items = []
    for at, raw in enumerate(event.items or ()):
        item = _item(raw)
        if isinstance(item, Item):
            items.append(item)
        else:
            notes.add(f"items[{at}]", item)
    if items and sum(item.price * item.quantity for item in items) != money.net:
        notes.add("items", "do not add up to the value")
    return tuple(items)


def _item(raw: BillingItem) -> Item | str:
    """Return an item, or why it is none."""
    quantity = Decimal(raw.quantity)
    if not (raw.item_id or raw.item_name):
        return "neither item_id nor item_name"
    if raw.price is None:
        return "no price"
    if quantity == 0:
        return "no quantity"
    return Item(
        price=Decimal(raw.price),
        quantity=quantity,
        item_id=raw.item_id or None,
        item_name=raw.item_name or None,
        discount=None if raw.discount is None else Decimal(raw.discount),
        variant=raw.item_variant or None,
        coupon=raw.coupon or None,
    )
