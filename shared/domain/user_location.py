"""Where the user is, in the words of the Measurement Protocol's `user_location`.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
"""

import re
from ipaddress import ip_address
from typing import Final

import msgspec

from shared.domain.notes import Notes

_M49: Final = re.compile(r"[0-9]{3}", re.ASCII)
_CODES: Final = {
    "region_id": (re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"), "not an ISO 3166-2 code"),
    "country_id": (re.compile(r"[A-Z]{2}"), "not an ISO 3166-1 alpha-2 code"),
    "subcontinent_id": (_M49, "not a UN M49 code"),
    "continent_id": (_M49, "not a UN M49 code"),
}
_LONGEST_CITY: Final = 100


class UserLocation(msgspec.Struct, frozen=True):
    """A place; every part may be unknown. It beats `ip_override`.

    Attributes:
        city: Its name; in the USA it needs country and region too.
        region_id: ISO 3166-2, e.g. `US-CA`.
        country_id: ISO 3166-1 alpha-2.
        subcontinent_id: UN M49, as text, e.g. `021`.
        continent_id: UN M49, as text, e.g. `019`.
    """

    city: str | None = None
    region_id: str | None = None
    country_id: str | None = None
    subcontinent_id: str | None = None
    continent_id: str | None = None


def believable_location(raw: UserLocation, notes: Notes) -> UserLocation | None:
    """Return what of a place GA4 can take, its codes in capitals; None where nothing is left.

    Args:
        raw: As somebody's code sent it.
        notes: Those under its path; each field that is left out is named, never its value.
    """
    kept = {
        name: text.strip()
        for name, text in msgspec.structs.asdict(raw).items()
        if text and text.strip()
    }
    for name, (pattern, problem) in _CODES.items():
        if name not in kept:
            continue
        kept[name] = kept[name].upper()
        if not pattern.fullmatch(kept[name]):
            notes.add(name, problem)
            del kept[name]
    city = kept.get("city", "")
    if len(city) > _LONGEST_CITY or "@" in city:
        notes.add("city", f"longer than {_LONGEST_CITY}, or an e-mail address")
        del kept["city"]
    return UserLocation(**kept) if kept else None


def believable_address(raw: str | None, notes: Notes) -> str | None:
    """Return an IP address as it is written; None where it is none. It is personal data.

    Args:
        raw: As somebody's code sent it.
        notes: Those under its path.
    """
    if not raw or not raw.strip():
        return None
    try:
        return str(ip_address(raw.strip()))
    except ValueError:
        notes.add("", "not an IP address")
        return None
