"""Rules for `items`: how many, each with an id or a name, numbers as numbers.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference/events
"""

from decimal import Decimal
from math import inf
from typing import Any, Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import (
    CURRENCY,
    ITEM_CUSTOM_PARAMS,
    ITEM_CUSTOM_PARAMS_ADVISED,
    ITEMS_PER_EVENT,
)
from shared.ga4.recommended import EVENT_SCOPED_PARAMS, ITEM_TYPES, SINGLE_ITEM_EVENTS, Type
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, shown, under
from shared.ga4.rules.name import is_free_param, param_name_fault
from shared.ga4.rules.value import value_fault

_STRING: Final = Type.STRING
_NUMBER: Final = Type.NUMBER


def check_items(
    items: object, event: str, path: str, value_length: int, findings: list[Finding]
) -> None:
    """Add what is wrong with the `items` of an event.

    Args:
        items: What stands under `items`.
        event: The event's name.
        path: Where the items stand.
        value_length: How many characters text may have.
        findings: Where findings are added.
    """
    if not isinstance(items, list):
        message = f"items has to be an array of objects; this is {described(items)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.EVENTS))
        return
    if len(items) > ITEMS_PER_EVENT:
        message = f"at most {ITEMS_PER_EVENT} items in an event; this is {described(items)}"
        findings.append(error(path, Code.EXCEEDED_MAX_ENTITIES, message, sources.EVENTS))
    if len(items) > 1 and event in SINGLE_ITEM_EVENTS:
        message = f"only the first item of {event} is used; this is {described(items)}"
        findings.append(error(path, Code.EXCEEDED_MAX_ENTITIES, message, sources.EVENTS))
    for index, item in enumerate(items[:ITEMS_PER_EVENT]):
        place = f"{path}[{index}]"
        if isinstance(item, dict):
            _check_item(item, place, value_length, findings)
        else:
            message = f"an item has to be an object; this is {described(item)}"
            findings.append(error(place, Code.VALUE_INVALID, message, sources.EVENTS))


def _check_item(
    item: dict[str, Any], path: str, value_length: int, findings: list[Finding]
) -> None:
    custom = 0
    for name, value in item.items():
        wanted = ITEM_TYPES.get(name)
        # The usual cases first and without a call, as most of a request stands in items.
        kind = type(value)
        if wanted is _STRING and kind is str and len(value) <= value_length and value.isascii():
            continue
        if wanted is _NUMBER and (kind is float or kind is int) and 0 <= value < inf:
            continue
        if wanted is None:
            custom += 1
            _check_custom_param(name, path, findings)
        if fault := value_fault(value, wanted, value_length):
            findings.append(error(under(path, name), *fault))
        elif wanted is _NUMBER and value < 0:
            message = f"{name} is never negative"
            findings.append(
                error(under(path, name), Code.VALUE_OUT_OF_BOUNDS, message, sources.EVENTS)
            )
    if custom > ITEM_CUSTOM_PARAMS_ADVISED:
        findings.append(_too_many(custom, path))
    own = item.get("item_id")
    named = own.strip() if type(own) is str else _names(own)
    if not (named or _names(item.get("item_name"))):
        message = "an item needs an item_id or an item_name"
        findings.append(error(path, Code.VALUE_REQUIRED, message, sources.EVENTS))
    currency = item.get("currency")
    if isinstance(currency, str) and not CURRENCY.fullmatch(currency):
        message = f"a currency is three capital letters (ISO 4217); this is {described(currency)}"
        findings.append(
            error(under(path, "currency"), Code.VALUE_INVALID, message, sources.HELP_CURRENCIES)
        )


def _check_custom_param(name: object, path: str, findings: list[Finding]) -> None:
    place = under(path, name)
    if not is_free_param(name):
        if fault := param_name_fault(name, place):
            findings.append(fault)
    elif name in EVENT_SCOPED_PARAMS:
        message = f"{shown(name)} is a parameter of the event; in an item it is a custom one"
        findings.append(advice(place, Code.NAME_INVALID, message, sources.EVENTS))


def _too_many(custom: int, path: str) -> Finding:
    if custom > ITEM_CUSTOM_PARAMS:
        message = f"at most {ITEM_CUSTOM_PARAMS} custom parameters in an item; these are {custom}"
        return error(path, Code.EXCEEDED_MAX_ENTITIES, message, sources.HELP_COLLECTION_LIMITS)
    message = (
        f"at most {ITEM_CUSTOM_PARAMS_ADVISED} custom parameters in an item by one of Google's "
        f"pages, {ITEM_CUSTOM_PARAMS} by another; these are {custom}"
    )
    return advice(path, Code.EXCEEDED_MAX_ENTITIES, message, sources.SENDING)


def _names(value: object) -> bool:
    """Return whether an id or a name says anything; a number does, though its type is wrong."""
    return bool(value.strip()) if isinstance(value, str) else isinstance(value, int | Decimal)
