"""Normalising user-provided data by the Data Manager API's own steps."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import data_manager_hashes as data_manager
from shared.domain import user_data_hashes as measurement_protocol

_ANY_TEXT = st.text(st.characters(exclude_categories=()))


def hashed(text: str) -> str:
    """Return the hash of text that is normal already."""
    return sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("email", "normal"),
    [
        pytest.param(" Jane.Doe+Shop@Example.com ", "jane.doe+shop@example.com", id="another's"),
        pytest.param("Jane.Doe+Shop@Gmail.com", "janedoe@gmail.com", id="Gmail"),
        pytest.param("j.d+a+b@googlemail.com", "jd@googlemail.com", id="Gmail under its old name"),
        pytest.param("jane@mail.gmail.com", "jane@mail.gmail.com", id="not Gmail"),
        pytest.param("jane.doe@gmail.com.example", "jane.doe@gmail.com.example", id="nor this"),
        pytest.param("+shop@gmail.com", None, id="nothing before the plus"),
        pytest.param("...@gmail.com", None, id="only dots"),
        pytest.param("jane", None, id="no address"),
        pytest.param("a@b@example.com", None, id="two addresses"),
    ],
)
def test_email(email: str, normal: str | None) -> None:
    """Gmail loses its dots and what follows a plus; googlemail.com stays what it is."""
    assert data_manager.DATA_MANAGER.email(email) == (hashed(normal) if normal else None)


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        pytest.param(" Mary-Ann ", "mary-ann", id="a dash stays"),
        pytest.param("O'Neill III.", "o'neill iii.", id="so do dots"),
        pytest.param("Jürgen 2", "jürgen 2", id="and digits"),
        pytest.param("  ", None, id="blank"),
    ],
)
def test_name(name: str, normal: str | None) -> None:
    """Only small letters, and no white space around."""
    assert data_manager.sha256_name(name) == (hashed(normal) if normal else None)


@pytest.mark.parametrize(
    ("street", "normal"),
    [
        pytest.param("Main_St. 5/7, Apt. #4", "mainst 57 apt 4", id="symbols go"),
        pytest.param(" Königstraße 12a ", "königstraße 12a", id="letters and digits stay"),
        pytest.param("Main St #", "main st", id="no white space is left at the end"),
        pytest.param("#!", None, id="only symbols"),
    ],
)
def test_street(street: str, normal: str | None) -> None:
    """Letters, digits and white space are left."""
    assert data_manager.sha256_street(street) == (hashed(normal) if normal else None)


def test_what_is_not_hashed() -> None:
    """A city keeps its digits, a postal code its dots; a country is two capitals."""
    assert data_manager.city(" Paris-15 ") == "paris15"
    assert data_manager.region("Île-de-France") == "îledefrance"
    assert data_manager.postal_code(" 1234.AB ") == "1234.AB"
    assert data_manager.DATA_MANAGER.country(" at ") == "AT"
    assert data_manager.city("-") is data_manager.postal_code(" ") is None


def test_a_number_is_hashed_alike_for_both() -> None:
    """Both want E.164."""
    steps = (data_manager.DATA_MANAGER, measurement_protocol.MEASUREMENT_PROTOCOL)

    assert {each.phone("+49 (30) 123-456") for each in steps} == {hashed("+4930123456")}


@given(_ANY_TEXT)
def test_no_text_makes_it_fail(text: str) -> None:
    """Half a character too is left out, and nothing ever hashes to the hash of nothing."""
    steps = data_manager.DATA_MANAGER
    found = [step(text) for step in (steps.email, steps.phone, steps.name, steps.street)]

    assert hashed("") not in found
