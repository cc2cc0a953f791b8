"""GA4's `items` and `coupon` as the API's cart, which takes whole quantities only.

An item needs an id, a quantity and a price there
(https://developers.google.com/data-manager/api/devguides/events/send-events). One that lacks them
would cost the whole request, so without them the event goes without its items: the money stays.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from shared.data_manager.event import CartData, Item, Parameter
from shared.data_manager.numbers import as_text, exact, product
from shared.domain.notes import Notes
from shared.ga4.limits import PARAM_VALUE_LENGTH

_MOST: Final = 2**63 - 1  # a quantity is a 64-bit integer
_FIELDS: Final = ("item_id", "price", "quantity")


def cart_of(params: Mapping[str, Any], notes: Notes) -> CartData | None:
    """Return the cart of an event; None where it has none, or none that the API can take.

    Args:
        params: The event's parameters.
        notes: Those under the parameters' path; what is changed or left out is named.
    """
    items = []
    for at, raw in enumerate(params.get("items") or ()):
        if exact(raw.get("quantity")) == 0:
            notes.add(f"items[{at}]", "left out: its quantity is 0, which the API takes for none")
            continue
        item = _item(raw, notes.under(f"items[{at}]"))
        if item is None:
            notes.add("items", "all left out: the API needs an id or a name and a price of each")
            return None
        items.append(item)
    if not items:
        return None
    coupon = params.get("coupon")
    codes = [coupon] if isinstance(coupon, str) and coupon.strip() else []
    return CartData(coupon_codes=codes, items=items)


def _item(raw: Mapping[str, Any], notes: Notes) -> Item | None:
    """Return an item; None where the API could not take it."""
    named = _named(raw)
    price = exact(raw.get("price"))
    quantity = exact(raw.get("quantity", 1))
    if named is None or price is None or quantity is None:
        missing = ("id or name", named), ("price", price), ("quantity", quantity)
        notes.add("", f"no {' and no '.join(what for what, value in missing if value is None)}")
        return None
    others = {name: value for name, value in raw.items() if name not in _FIELDS}
    if _is_whole(quantity):
        return _priced(named, str(quantity), price, others, notes)
    total = product(price, quantity)
    if total is None:
        notes.add("price", "its product with the quantity has too many digits")
        return None
    notes.add("quantity", "not whole: sent as 1 at the line's total")
    # What counts for one unit counts for the whole line then.
    if (discount := exact(others.get("discount"))) is not None:
        others["discount"] = product(discount, quantity)
    return _priced(named, "1", total, others, notes)


def _priced(
    named: str, quantity: str, price: Decimal, others: Mapping[str, Any], notes: Notes
) -> Item:
    return Item(
        item_id=named,
        quantity=quantity,
        unit_price=price,
        additional_item_parameters=parameters(others, notes),
    )


def _named(item: Mapping[str, Any]) -> str | None:
    """Return the item's id, or its name where it has none."""
    for name in ("item_id", "item_name"):
        text = as_text(item.get(name))
        if text and text.strip():
            return text
    return None


def _is_whole(quantity: Decimal) -> bool:
    return abs(quantity) <= _MOST and quantity == quantity.to_integral_value()


def parameters(values: Mapping[str, Any], notes: Notes) -> list[Parameter]:
    """Return parameters as the API writes them; one that it cannot take is left out and named.

    Args:
        values: JSON values by name.
        notes: Those under their path.
    """
    found = []
    for name, value in values.items():
        text = value_of(value, PARAM_VALUE_LENGTH, notes.under(name))
        if text is not None:
            found.append(Parameter(parameter_name=name, value=text))
    return found


def value_of(value: object, most: int, notes: Notes) -> str | None:
    """Return a value as text; None, and a note, where the API needs another.

    Args:
        value: Any JSON value. Text is as long as GA4 takes it; a number may be longer.
        most: How many characters a number may have.
        notes: Those under its path.
    """
    text = as_text(value)
    if text is None:
        notes.add("", "left out: neither text nor a number that can be written out")
    elif not text.strip():
        notes.add("", "left out: empty, and the API needs a value")
    elif len(text) > most and not isinstance(value, str):
        notes.add("", f"left out: a number of more than {most} characters")
    else:
        return text
    return None
