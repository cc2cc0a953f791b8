"""What somebody's code says the user provided."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.notes import Notes
from shared.domain.user_data import Address, UserData, believable_user_data

HASH = sha256(b"jo@shop.example").hexdigest()
FULL = UserData((HASH,), (HASH,), (Address(HASH, HASH, HASH, "graz", "steiermark", "8010", "AT"),))


def believed(raw: UserData) -> tuple[UserData | None, list[str]]:
    """Return what is believed of user data, and the notes."""
    notes = Notes()
    return believable_user_data(raw, notes.under("user_data")), list(notes)


def test_hashed_data_is_taken_whole() -> None:
    """Nothing is changed and nothing noted."""
    assert believed(FULL) == (FULL, [])


def test_nothing_provided_is_none() -> None:
    """An empty object says nothing."""
    assert believed(UserData(address=(Address(),))) == (None, [])


def test_hashes_are_written_in_small_digits_and_once() -> None:
    """As Google's sample code does."""
    assert believed(UserData((HASH.upper(), HASH))) == (UserData((HASH,)), [])


@pytest.mark.parametrize("raw", ["jo@shop.example", "+4366012345678", sha256(b"").hexdigest()])
def test_what_is_not_hashed_is_never_kept(raw: str) -> None:
    """Nor the hash of nothing, which everybody shares."""
    assert believed(UserData((raw,), (raw,))) == (
        None,
        [
            "user_data.sha256_email_address: not a SHA-256 hash",
            "user_data.sha256_phone_number: not a SHA-256 hash",
        ],
    )


def test_a_name_in_the_clear_is_left_out_of_its_address() -> None:
    """The rest of the address stays."""
    raw = UserData(address=(Address(sha256_first_name="Jo", city="graz", country="Austria"),))

    assert believed(raw) == (
        UserData(address=(Address(city="graz"),)),
        [
            "user_data.address.sha256_first_name: not a SHA-256 hash",
            "user_data.address.country: not usable",
        ],
    )


def test_more_than_google_takes_is_cut() -> None:
    """Three addresses of e-mail, three numbers, two postal addresses."""
    hashes = tuple(sha256(bytes([n])).hexdigest() for n in range(4))
    raw = UserData(hashes, hashes, tuple(Address(city=city) for city in "abc"))

    found, notes = believed(raw)

    assert found == UserData(hashes[:3], hashes[:3], raw.address[:2])
    assert len(notes) == 3


@given(st.lists(st.emails() | st.text(max_size=70)).map(tuple))
def test_no_text_but_a_hash_ever_comes_through(raw: tuple[str, ...]) -> None:
    """Whatever somebody's code puts there."""
    assert believed(UserData(raw, raw))[0] is None
