"""The rules of an event's cart: items that are whole, and named.

Source: https://developers.google.com/data-manager/api/devguides/events/send-events
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from shared.ga4.limits import ITEMS_PER_EVENT, PARAM_NAME_LENGTH, PARAM_VALUE_LENGTH
from shared.ga4.rules.name import is_free_param
from tools.data_manager.violations import Violation, check_name, missing, too_long, too_many

_FIELDS: Final = {"item_id": "itemId", "quantity": "quantity", "price": "unitPrice"}
"""An item's parameter → the field that says the same; both at once are refused."""


def check_cart(cart: Mapping[str, Any], path: str, *, is_analytics: bool) -> Iterator[Violation]:
    """Yield what is wrong with the cart of an event.

    Args:
        cart: The event's `cartData`: set at all, it needs items.
        path: Where it stands.
        is_analytics: Whether the event goes to Google Analytics.
    """
    items = cart.get("items", ())
    if not items:
        yield missing(f"{path}.items")
    if len(items) > ITEMS_PER_EVENT:
        yield too_many(f"{path}.items")
    for number, coupon in enumerate(cart.get("couponCodes", ())):
        if not coupon:
            place = f"{path}.coupon_codes[{number}]"
            yield Violation(place, "The coupon code is not valid.", "INVALID_COUPON_CODE")
    for number, item in enumerate(items):
        yield from _check_item(item, f"{path}.items[{number}]", is_analytics=is_analytics)


def _check_item(item: Mapping[str, Any], path: str, *, is_analytics: bool) -> Iterator[Violation]:
    if is_analytics:
        if not item.get("itemId"):
            yield missing(f"{path}.item_id")
        if "unitPrice" not in item:
            yield missing(f"{path}.unit_price")
    if "quantity" not in item:
        yield missing(f"{path}.quantity")
    elif Decimal(str(item["quantity"])) <= 0:
        yield Violation(f"{path}.quantity", "Invalid number format.", "INVALID_NUMBER_FORMAT")
    for number, param in enumerate(item.get("additionalItemParameters", ())):
        place = f"{path}.additional_item_parameters[{number}]"
        name = param.get("parameterName", "")
        yield from check_name(
            param,
            place,
            key="parameterName",
            most=PARAM_NAME_LENGTH,
            is_free=is_free_param(name) and _FIELDS.get(name) not in item,
        )
        if len(param.get("value", "")) > PARAM_VALUE_LENGTH:
            yield too_long(f"{place}.value")
