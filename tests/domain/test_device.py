"""What somebody's code says of a device."""

import pytest

from shared.domain.device import Device, believable_device
from shared.domain.notes import Notes

FULL = Device(
    "mobile", "de", "390x844", "Android", "16", "Pixel 9 Pro", "Google", "Chrome", "142.0"
)


def believed(given: Device) -> tuple[Device | None, list[str]]:
    """Return what is believed of a device, and the notes."""
    notes = Notes()
    return believable_device(given, notes.under("device")), list(notes)


def test_a_device_is_taken_whole() -> None:
    """Nothing is changed and nothing noted."""
    assert believed(FULL) == (FULL, [])


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_device_of_which_nothing_is_known_is_none(blank: str | None) -> None:
    """An empty object would hide the user agent."""
    assert believed(Device(category=blank)) == (None, [])


@pytest.mark.parametrize("given", ["en-US", "EN", "en_GB", " en "])
def test_a_browsers_language_is_cut_to_two_letters(given: str) -> None:
    """GA4 documents ISO 639-1."""
    assert believed(Device(language=given)) == (Device(language="en"), [])


@pytest.mark.parametrize(
    ("given", "note"),
    [
        (Device(language="english"), "device.language: not an ISO 639-1 code"),
        (Device(screen_resolution="wide"), "device.screen_resolution: not WIDTHxHEIGHT"),
        (Device(model="m" * 101), "device.model: longer than 100, or an e-mail address"),
        (Device(brand="jo@b.example"), "device.brand: longer than 100, or an e-mail address"),
    ],
)
def test_what_cannot_be_is_left_out_and_named(given: Device, note: str) -> None:
    """By its field, never with the value."""
    assert believed(given) == (None, [note])
