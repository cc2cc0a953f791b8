"""Rules for where the user was, and on what.

A bad optional field only warns since v1.8 of the API (2026-07-30): here it is advice. The screen's
size is a 32-bit number, and a larger one is no request at all.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from shared.data_manager.event import Event
from shared.data_manager.place import M49, REGION, SUBDIVISION
from shared.data_manager.rules import reasons
from shared.data_manager.rules.reasons import Reason
from shared.ga4.findings import Finding, advice, error
from shared.ga4.rules.describe import described

_LARGEST_INT: Final = 2**31 - 1
_CODES: Final[Mapping[str, tuple[str, re.Pattern[str], Reason, str]]] = {
    "subdivision_code": (
        "subdivisionCode",
        SUBDIVISION,
        Reason.INVALID_SUBDIVISION_CODE,
        "an ISO 3166-2 code such as US-CA",
    ),
    "region_code": (
        "regionCode",
        REGION,
        Reason.INVALID_REGION_CODE,
        "an ISO 3166-1 alpha-2 code such as US",
    ),
    "subcontinent_code": (
        "subcontinentCode",
        M49,
        Reason.INVALID_SUBCONTINENT_CODE,
        "a UN M49 code of three digits",
    ),
    "continent_code": (
        "continentCode",
        M49,
        Reason.INVALID_CONTINENT_CODE,
        "a UN M49 code of three digits",
    ),
}


def check_place(event: Event, findings: list[Finding]) -> None:
    """Add what is wrong with an event's location and device."""
    location, device = event.event_location, event.event_device_info
    for field, (name, form, code, words) in _CODES.items() if location else ():
        value = getattr(location, field)
        if value is not None and not form.fullmatch(value):
            message = f"has to be {words}; this is {described(value)}"
            findings.append(advice(f"eventLocation.{name}", code, message, reasons.REASONS))
    if device is None:
        return
    for name, size in (
        ("screenWidth", device.screen_width),
        ("screenHeight", device.screen_height),
    ):
        if size is not None and not 0 <= size <= _LARGEST_INT:
            message = "the screen's size is a number of pixels"
            place = f"eventDeviceInfo.{name}"
            findings.append(error(place, Reason.INVALID_NUMBER_FORMAT, message, reasons.EVENT))
    if device.ip_address is not None and not _is_address(device.ip_address):
        message = f"has to be an IPv4 or IPv6 address; this is {described(device.ip_address)}"
        place = "eventDeviceInfo.ipAddress"
        findings.append(error(place, Reason.INVALID_FORMAT, message, reasons.EVENT))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
