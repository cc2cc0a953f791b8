"""What the user holds, in the words of the Measurement Protocol's `device`.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
"""

import re
from typing import Final

import msgspec

from shared.domain.notes import Notes

_RESOLUTION: Final = re.compile(r"[0-9]{1,5}x[0-9]{1,5}", re.ASCII)
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2})([-_].*)?", re.ASCII)
_LONGEST: Final = 100


class Device(msgspec.Struct, frozen=True):
    """A device; every part may be unknown. It beats `user_agent`.

    Attributes:
        category: e.g. `mobile`, `desktop`, `tablet`; without it GA4 assumes `desktop`.
        language: ISO 639-1.
        screen_resolution: `WIDTHxHEIGHT`.
        operating_system: Its name.
        operating_system_version: Its version.
        model: e.g. `Pixel 9 Pro`.
        brand: e.g. `Google`.
        browser: Its name.
        browser_version: Its version.
    """

    category: str | None = None
    language: str | None = None
    screen_resolution: str | None = None
    operating_system: str | None = None
    operating_system_version: str | None = None
    model: str | None = None
    brand: str | None = None
    browser: str | None = None
    browser_version: str | None = None


def believable_device(raw: Device, notes: Notes) -> Device | None:
    """Return what of a device GA4 can take; None where nothing is left.

    Browsers send their language as `en-US`; GA4 documents its first two letters.

    Args:
        raw: As somebody's code sent it.
        notes: Those under its path; each field that is left out is named, never its value.
    """
    kept = {
        name: text.strip()
        for name, text in msgspec.structs.asdict(raw).items()
        if text and text.strip()
    }
    for name, text in tuple(kept.items()):
        if len(text) > _LONGEST or "@" in text:
            notes.add(name, f"longer than {_LONGEST}, or an e-mail address")
            del kept[name]
    if (resolution := kept.get("screen_resolution")) and not _RESOLUTION.fullmatch(resolution):
        notes.add("screen_resolution", "not WIDTHxHEIGHT")
        del kept["screen_resolution"]
    if language := kept.get("language"):
        if tag := _LANGUAGE.fullmatch(language):
            kept["language"] = tag[1].lower()
        else:
            notes.add("language", "not an ISO 639-1 code")
            del kept["language"]
    return Device(**kept) if kept else None
