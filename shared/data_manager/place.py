"""Where the user was, and on what, in the API's words.

A field that is there and wrong only warns since v1.8 of the API, and cost whole requests before.
So what has no proper form is left out, and named.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from shared.data_manager.event import DeviceInfo, EventLocation
from shared.domain.notes import Notes

SUBDIVISION: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)
REGION: Final = re.compile(r"[A-Z]{2}", re.ASCII)
M49: Final = re.compile(r"[0-9]{3}", re.ASCII)
_ANY_TEXT: Final = re.compile(r"[\s\S]*\S[\s\S]*")
_SCREEN: Final = re.compile(r"([0-9]{1,9})x([0-9]{1,9})", re.ASCII)
# The Measurement Protocol's name → the API's, and its form.
_LOCATION: Final = {
    "city": ("city", _ANY_TEXT, "blank"),
    "region_id": ("subdivision_code", SUBDIVISION, "no ISO 3166-2 code"),
    "country_id": ("region_code", REGION, "no ISO 3166-1 alpha-2 code"),
    "subcontinent_id": ("subcontinent_code", M49, "no UN M49 code"),
    "continent_id": ("continent_code", M49, "no UN M49 code"),
}
_DEVICE: Final = {
    "category": "category",
    "language": "language_code",
    "operating_system": "operating_system",
    "operating_system_version": "operating_system_version",
    "model": "model",
    "brand": "brand",
    "browser": "browser",
    "browser_version": "browser_version",
}


def location_of(document: Mapping[str, Any], notes: Notes) -> EventLocation | None:
    """Return `eventLocation`; None where nothing is known.

    Args:
        document: The Measurement Protocol's request.
        notes: What is left out is named there.
    """
    place = document.get("user_location") or {}
    notes = notes.under("user_location")
    found = {}
    for name, value in place.items():
        if name not in _LOCATION:
            notes.add(name, "no field of the API")
            continue
        field, form, problem = _LOCATION[name]
        if isinstance(value, str) and form.fullmatch(value):
            found[field] = value
        else:
            notes.add(name, f"{problem}: left out")
    return EventLocation(**found) if found else None


def device_of(
    document: Mapping[str, Any], notes: Notes, *, with_address: bool
) -> DeviceInfo | None:
    """Return `eventDeviceInfo`, which holds the IP address too; None where nothing is known.

    Args:
        document: The Measurement Protocol's request.
        notes: What is left out is named there.
        with_address: Whether the address may go where the event goes.
    """
    found: dict[str, Any] = {}
    for name, value in (document.get("device") or {}).items():
        if name in _DEVICE and isinstance(value, str) and value.strip():
            found[_DEVICE[name]] = value
        elif name == "screen_resolution" and (size := _screen(value)):
            found["screen_width"], found["screen_height"] = size
        else:
            notes.add(f"device.{name}", "left out: the API has no field for it")
    if agent := document.get("user_agent"):
        found["user_agent"] = agent
    if address := document.get("ip_override"):
        if not _is_address(address):
            notes.add("ip_override", "no IP address: left out")
        elif not with_address:
            notes.add("ip_override", "left out: it would reach Google Ads without ad_user_data")
        else:
            found["ip_address"] = address
    return DeviceInfo(**found) if found else None


def _screen(value: object) -> tuple[int, int] | None:
    """Return width and height in pixels of `WIDTHxHEIGHT`."""
    match = _SCREEN.fullmatch(value) if isinstance(value, str) else None
    return (int(match[1]), int(match[2])) if match else None


def _is_address(value: object) -> bool:
    try:
        ip_address(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True
