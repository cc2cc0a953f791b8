"""Rules for where and on what: `user_location`, `ip_override`, `device`, `user_agent`.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, under
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.value import is_blank, is_text

_ANY_TEXT: Final = re.compile(r"[\s\S]*")
_M49: Final = re.compile(r"[0-9]{3}")
# What each field has to look like, in words and as a pattern.
_Field = tuple[re.Pattern[str], str]
_TEXT: Final[_Field] = (_ANY_TEXT, "text")
_LOCATION: Final[Mapping[str, _Field]] = {
    "city": _TEXT,
    "region_id": (re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"), "an ISO 3166-2 code such as US-CA"),
    "country_id": (re.compile(r"[A-Z]{2}"), "an ISO 3166-1 alpha-2 code such as US"),
    "subcontinent_id": (_M49, "a UN M49 code of three digits, as text"),
    "continent_id": (_M49, "a UN M49 code of three digits, as text"),
}
_DEVICE: Final[Mapping[str, _Field]] = {
    "category": _TEXT,
    "language": _TEXT,
    "screen_resolution": (re.compile(r"[0-9]+x[0-9]+"), "WIDTHxHEIGHT in digits"),
    "operating_system": _TEXT,
    "operating_system_version": _TEXT,
    "model": _TEXT,
    "brand": _TEXT,
    "browser": _TEXT,
    "browser_version": _TEXT,
}
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


def check_place(payload: Mapping[str, Any], rulebook: Rulebook, findings: list[Finding]) -> None:
    """Add what is wrong with a request's geography and device."""
    if "user_location" in payload:
        _check_location(payload["user_location"], findings)
    if "device" in payload:
        _check_device(payload["device"], findings)
    if "ip_override" in payload:
        _check_address(payload["ip_override"], findings)
        if "user_location" in payload:
            message = "ignored, as user_location is sent"
            findings.append(advice("ip_override", Code.VALUE_INVALID, message, sources.REFERENCE))
    if "user_agent" in payload:
        _check_user_agent(payload["user_agent"], rulebook, findings)
        if "device" in payload:
            message = "ignored, as device is sent"
            findings.append(advice("user_agent", Code.VALUE_INVALID, message, sources.REFERENCE))


def _check_location(location: object, findings: list[Finding]) -> None:
    _check_fields(location, "user_location", _LOCATION, findings)
    if isinstance(location, dict):
        for name in ("country_id", "region_id"):
            if name not in location:
                message = f"Google advises to send at least country_id and region_id: no {name}"
                findings.append(
                    advice("user_location", Code.VALUE_REQUIRED, message, sources.REFERENCE)
                )


def _check_device(device: object, findings: list[Finding]) -> None:
    _check_fields(device, "device", _DEVICE, findings)
    if not isinstance(device, dict):
        return
    if "category" not in device:
        message = "Google advises to send at least category: without it a web stream has desktop"
        findings.append(advice("device", Code.VALUE_REQUIRED, message, sources.REFERENCE))
    language = device.get("language")
    # Browsers say en-US; what GA4 makes of more than the two letters it documents is not known.
    if isinstance(language, str) and not _LANGUAGE.fullmatch(language):
        message = f"an ISO 639-1 code of two small letters; this is {described(language)}"
        findings.append(advice("device.language", Code.VALUE_INVALID, message, sources.REFERENCE))


def _check_fields(
    holder: object, path: str, fields: Mapping[str, _Field], findings: list[Finding]
) -> None:
    if not isinstance(holder, dict):
        message = f"{path} has to be an object; this is {described(holder)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.REFERENCE))
        return
    for name, value in holder.items():
        place = under(path, name)
        if name not in fields:
            message = f"{path} has {', '.join(fields)}, no other key"
            findings.append(error(place, Code.VALUE_INVALID, message, sources.REFERENCE))
            continue
        pattern, words = fields[name]
        if not is_text(value) or not pattern.fullmatch(value):
            message = f"has to be {words}; this is {described(value)}"
            findings.append(error(place, Code.VALUE_INVALID, message, sources.REFERENCE))


def _check_address(address: object, findings: list[Finding]) -> None:
    if isinstance(address, str):
        try:
            ip_address(address)
        except ValueError:
            pass
        else:
            return
    message = f"has to be an IPv4 or IPv6 address; this is {described(address)}"
    findings.append(error("ip_override", Code.VALUE_INVALID, message, sources.REFERENCE))


def _check_user_agent(value: object, rulebook: Rulebook, findings: list[Finding]) -> None:
    if not rulebook.web:
        message = "user_agent is for web streams only: send device"
        findings.append(error("user_agent", Code.VALUE_INVALID, message, sources.REFERENCE))
    if not is_text(value) or is_blank(value):
        message = f"has to be a browser's user agent, as text; this is {described(value)}"
        findings.append(error("user_agent", Code.VALUE_INVALID, message, sources.REFERENCE))
