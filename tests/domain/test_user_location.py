"""What somebody's code says of a place, and of an address."""

import pytest

from shared.domain.notes import Notes
from shared.domain.user_location import UserLocation, believable_address, believable_location

FULL = UserLocation("Mountain View", "US-CA", "US", "021", "019")


def believed(given: UserLocation) -> tuple[UserLocation | None, list[str]]:
    """Return what is believed of a place, and the notes."""
    notes = Notes()
    return believable_location(given, notes.under("place")), list(notes)


def test_a_place_is_taken_whole() -> None:
    """Nothing is changed and nothing noted."""
    assert believed(FULL) == (FULL, [])


def test_a_place_of_which_nothing_is_known_is_none() -> None:
    """An empty object would hide the address."""
    assert believed(UserLocation(city=" ")) == (None, [])


def test_codes_are_written_in_capitals() -> None:
    """As ISO 3166 does."""
    given = UserLocation(country_id="de", region_id="de-by")

    assert believed(given) == (UserLocation(country_id="DE", region_id="DE-BY"), [])


@pytest.mark.parametrize(
    ("given", "note"),
    [
        (UserLocation(country_id="Germany"), "place.country_id: not an ISO 3166-1 alpha-2 code"),
        (UserLocation(region_id="California"), "place.region_id: not an ISO 3166-2 code"),
        (UserLocation(continent_id="Europe"), "place.continent_id: not a UN M49 code"),
        (UserLocation(subcontinent_id="1"), "place.subcontinent_id: not a UN M49 code"),
        (UserLocation(city="c" * 101), "place.city: longer than 100, or an e-mail address"),
        (UserLocation(city="a@b.example"), "place.city: longer than 100, or an e-mail address"),
    ],
)
def test_what_cannot_be_is_left_out_and_named(given: UserLocation, note: str) -> None:
    """By its field, never with the value."""
    assert believed(given) == (None, [note])


@pytest.mark.parametrize(
    ("given", "address", "noted"),
    [
        ("203.0.113.7", "203.0.113.7", False),
        (" 2001:DB8:0::1 ", "2001:db8::1", False),
        (None, None, False),
        ("", None, False),
        ("203.0.113.7, 10.0.0.1", None, True),
        ("unknown", None, True),
    ],
)
def test_an_address_is_one_address(given: str | None, address: str | None, noted: bool) -> None:  # noqa: FBT001 - a row
    """A forwarding list is not guessed at, and what is noted is not the value."""
    notes = Notes()

    assert believable_address(given, notes.under("ip")) == address
    assert list(notes) == (["ip: not an IP address"] if noted else [])
