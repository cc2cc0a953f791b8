"""Normalising and hashing user-provided data by Google's steps."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import user_data_hashes as user_data
from shared.ga4.validation import validate
from tests.ga4.payloads import LEFT_OUT, NOW, request

_ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        pytest.param("Jane@Example.com", "jane@example.com", id="small letters"),
        pytest.param(" jane @example.com\n", "jane@example.com", id="no spaces"),
        pytest.param("jane.doe@gmail.com", "janedoe@gmail.com", id="Gmail ignores dots"),
        pytest.param("J.D@GoogleMail.com", "jd@googlemail.com", id="under its old name too"),
        pytest.param("jane.doe@ gmail.com", "janedoe@gmail.com", id="a space is no excuse"),
        pytest.param("jane.doe@example.com", "jane.doe@example.com", id="others do not"),
        pytest.param("jane.d+shop@gmail.com", "janed@gmail.com", id="what follows + goes"),
        pytest.param("jürgen@müller.de", "jürgen@müller.de", id="accents stay"),
        pytest.param("jane", None, id="no address"),
        pytest.param("@example.com", None, id="nobody's address"),
        pytest.param("jane@", None, id="an address nowhere"),
        pytest.param("...@gmail.com", None, id="only dots"),
        pytest.param("a@b@example.com", None, id="two addresses"),
        pytest.param("", None, id="empty"),
    ],
)
def test_email(email: str, expected: str | None) -> None:
    """An address is brought to the form Google compares, or left out."""
    assert user_data.normal_email(email) == expected


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        pytest.param("+1 (415) 555-0123", "+14155550123", id="digits alone"),
        pytest.param("14155550123", "+14155550123", id="the plus is added"),
        pytest.param("+49 171 1234567", "+491711234567", id="any country"),
        pytest.param("0171 1234567", None, id="no country code"),
        pytest.param("00491711234567", None, id="a dialling prefix is no country code"),
        pytest.param("+123456", None, id="too short for a number"),
        pytest.param("+1234567890123456", None, id="E.164 ends at 15 digits"),
        pytest.param("call me", None, id="no digits"),
        pytest.param("", None, id="empty"),
    ],
)
def test_phone(phone: str, expected: str | None) -> None:
    """A phone number is brought to E.164, or left out."""
    assert user_data.normal_phone(phone) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(" Jane ", "jane", id="small letters, trimmed"),
        pytest.param("Jean-Luc", "jeanluc", id="no hyphen"),
        pytest.param("O'Brien 3rd.", "obrien rd", id="no digits, no symbols"),
        pytest.param("Müller", "müller", id="accents stay"),
        pytest.param("María José", "maría josé", id="the space between stays"),
        pytest.param("山田", "山田", id="any script"),
        pytest.param("Jane\u200b", "jane", id="nothing invisible"),
        pytest.param("42!", None, id="nothing left"),
    ],
)
def test_name(name: str, expected: str | None) -> None:
    """A name loses digits and symbols."""
    assert user_data.normal_name(name) == expected


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        pytest.param("1600 Amphitheatre Pkwy.", "1600 amphitheatre pkwy", id="the number stays"),
        pytest.param("Straße des 17. Juni #135", "straße des 17 juni 135", id="accents stay"),
        pytest.param("#-", None, id="nothing left"),
    ],
)
def test_street(street: str, expected: str | None) -> None:
    """A street loses symbols and keeps its number."""
    assert user_data.normal_street(street) == expected


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        pytest.param(user_data.city, " Menlo Park 2", "menlo park", id="city"),
        pytest.param(user_data.region, "California!", "california", id="region"),
        pytest.param(user_data.postal_code, " 94.025~ ", "94025", id="postal code"),
        pytest.param(user_data.postal_code, "SW1A 1AA", "SW1A 1AA", id="postal code in capitals"),
        pytest.param(user_data.postal_code, "~.", None, id="no postal code"),
        pytest.param(user_data.country, " de ", "DE", id="country"),
        pytest.param(user_data.country, "Germany", None, id="no country code"),
        pytest.param(user_data.country, "ﬁ", None, id="a ligature is no code"),
    ],
)
def test_plain(function: Callable[[str], str | None], text: str, expected: str | None) -> None:
    """City, region, postal code and country are sent in the clear, brought to one form."""
    assert function(text) == expected


def test_hash() -> None:
    """A hash is SHA-256 of the normal form, in small hexadecimal digits."""
    # As `printf test@example.com | sha256sum` says.
    expected = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"

    assert user_data.sha256_email_address(" Test@Example.com") == expected


@pytest.mark.parametrize(
    ("function", "text", "normal"),
    [
        pytest.param(user_data.sha256_phone_number, "+1 415 555 0123", b"+14155550123", id="phone"),
        pytest.param(user_data.sha256_name, "Müller", "müller".encode(), id="name"),
        pytest.param(user_data.sha256_street, "1 Main St.", b"1 main st", id="street"),
    ],
)
def test_hashed_fields(function: Callable[[str], str | None], text: str, normal: bytes) -> None:
    """Phone, names and street are hashed in their normal form, as UTF-8."""
    assert function(text) == sha256(normal).hexdigest()


@pytest.mark.parametrize(
    "function",
    [
        user_data.sha256_email_address,
        user_data.sha256_phone_number,
        user_data.sha256_name,
        user_data.sha256_street,
    ],
)
def test_nothing_is_not_hashed(function: Callable[[str], str | None]) -> None:
    """Nothing has no hash, for everybody would share it."""
    assert function(" ") is None


def test_half_a_character_is_not_hashed() -> None:
    """What cannot be written as UTF-8 cannot be hashed."""
    assert user_data.sha256_email_address("\ud800@example.com") is None


@pytest.mark.parametrize(
    "function",
    [
        user_data.normal_email,
        user_data.normal_phone,
        user_data.normal_name,
        user_data.normal_street,
        user_data.city,
        user_data.region,
        user_data.postal_code,
        user_data.country,
    ],
)
@given(text=_ANY_TEXT)
def test_idempotent(function: Callable[[str], str | None], text: str) -> None:
    """What is in normal form stays as it is, so that normalising twice does no harm."""
    once = function(text)

    assert once is None or function(once) == once


@given(_ANY_TEXT)
def test_result_is_valid(text: str) -> None:
    """Whatever the input, what comes out breaks no rule."""
    address = {
        "sha256_first_name": user_data.sha256_name(text),
        "sha256_street": user_data.sha256_street(text),
        "country": user_data.country(text),
    }
    fields = {
        "sha256_email_address": user_data.sha256_email_address(f"{text}@example.com"),
        "sha256_phone_number": user_data.sha256_phone_number(f"+49{text}"),
        "address": {name: value for name, value in address.items() if value is not None},
    }
    given_fields = {name: value for name, value in fields.items() if value is not None}

    payload = request(events=LEFT_OUT, user_id="u-1", user_data=given_fields)
    assert validate(payload, now=NOW) == ()
