"""What Google takes and warns of: optional fields of an event that make no sense.

Source: https://developers.google.com/data-manager/api/reference/rest/v1/WarningReason
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.ga4.limits import CLIENT_ID
from tools.data_manager.violations import Violation, in_snake

_M49: Final = re.compile(r"[0-9]{3}")
_PLACES: Final = {
    "regionCode": re.compile(r"[A-Z]{2}"),
    "subdivisionCode": re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"),
    "subcontinentCode": _M49,
    "continentCode": _M49,
}
_CATEGORIES: Final = frozenset({"desktop", "tablet", "mobile", "smart tv"})
"""Google's examples; whether there are more is not known, so others are only warned of."""

_SIDES: Final = ("screenWidth", "screenHeight")


def warnings_of(request: Mapping[str, Any]) -> list[Violation]:
    """Return what Google would warn of in a request that it takes."""
    return [
        Violation(field, description, f"WARNING_REASON_{reason}")
        for number, event in enumerate(request.get("events", ()))
        for field, description, reason in _of_event(event, f"events.events[{number}]")
    ]


def _of_event(event: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    client_id = event.get("clientId")
    if client_id and not CLIENT_ID.fullmatch(client_id):
        yield f"{path}.client_id", "The client_id is invalid.", "INVALID_CLIENT_ID"
    place = event.get("eventLocation", {})
    for name, pattern in _PLACES.items():
        if place.get(name) and not pattern.fullmatch(place[name]):
            field = in_snake(name)
            yield (
                f"{path}.event_location.{field}",
                f"The {field} is invalid.",
                f"INVALID_{field.upper()}",
            )
    device = event.get("eventDeviceInfo", {})
    category = device.get("category")
    if category and category.lower() not in _CATEGORIES:
        field = f"{path}.event_device_info.category"
        yield field, "The device category is invalid.", "INVALID_DEVICE_CATEGORY"
    for name in _SIDES:
        if name in device and int(device[name]) <= 0:
            field = f"{path}.event_device_info.{in_snake(name)}"
            text = "The device screen resolution is invalid."
            yield field, text, "INVALID_DEVICE_SCREEN_RESOLUTION"
    merchant = event.get("cartData", {}).get("merchantId")
    if merchant and not merchant.isdigit():
        field = f"{path}.cart_data.merchant_id"
        yield field, "The merchant_id is invalid.", "INVALID_MERCHANT_ID"
    ids = event.get("adIdentifiers", {})
    if "cartData" in event and (ids.get("gbraid") or ids.get("wbraid")):
        text = "The cart_data is not supported with gbraid or wbraid."
        yield f"{path}.cart_data", text, "CART_DATA_NOT_SUPPORTED_WITH_GBRAID_OR_WBRAID"
