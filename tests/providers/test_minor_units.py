"""Minor units become major ones by the provider's table, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import UnusableError
from shared.providers.minor_units import (
    CURRENCIES,
    THREE_DECIMAL,
    ZERO_DECIMAL,
    currency_code,
    major_units,
)
from tests.support.strategies import MINOR

# The fact sheet's table, 4.1.
NO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
THREE_DECIMALS = "BHD JOD KWD OMR TND".split()


@pytest.mark.parametrize(
    ("minor", "currency", "major"),
    [
        pytest.param(1999, "EUR", "19.99", id="cents"),
        pytest.param(1, "USD", "0.01", id="one cent"),
        pytest.param(0, "EUR", "0.00", id="nothing"),
        pytest.param(500, "JPY", "500", id="yen have no decimals"),
        pytest.param(1234560, "KWD", "1234.560", id="dinars have three"),
        pytest.param(50000, "ISK", "500.00", id="ISK: two, where ISO 4217 says none"),
        pytest.param(500, "UGX", "5.00", id="UGX: two, where ISO 4217 says none"),
        pytest.param(1999, "HUF", "19.99", id="HUF: none in payouts only"),
        pytest.param(1999, "TWD", "19.99", id="TWD: none in payouts only"),
        pytest.param(1999, "UYU", "19.99", id="UYU: often confused with UYI"),
        pytest.param(10**12, "IDR", "10000000000.00", id="the largest amount"),
    ],
)
def test_an_amount_is_exact_in_major_units(minor: int, currency: str, major: str) -> None:
    """Digit by digit, as a customer reads it."""
    assert major == str(major_units(minor, currency, "amount"))


def test_the_table_of_exponents_is_stripes() -> None:
    """All other currencies have two decimals."""
    assert frozenset(NO_DECIMALS) == ZERO_DECIMAL
    assert frozenset(THREE_DECIMALS) == THREE_DECIMAL
    assert ZERO_DECIMAL | THREE_DECIMAL < CURRENCIES


@given(MINOR, st.sampled_from(sorted(CURRENCIES)))
def test_no_unit_is_ever_lost(minor: int, currency: str) -> None:
    """The way back gives the same number, and nothing on it was a float."""
    major = major_units(minor, currency, "amount")
    places = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2

    assert isinstance(major, Decimal)
    assert minor == major.scaleb(places)


@pytest.mark.parametrize(
    ("minor", "problem"),
    [
        (-1, "amount: negative"),
        (10**12 + 1, "amount: more than 1000000000000 minor units"),
        (10**30, "amount: more than 1000000000000 minor units"),
    ],
)
def test_an_absurd_amount_is_unusable(minor: int, problem: str) -> None:
    """The field is named; the amount is not."""
    with pytest.raises(UnusableError) as caught:
        major_units(minor, "EUR", "amount")

    assert problem == str(caught.value)


@pytest.mark.parametrize(("text", "code"), [("eur", "EUR"), ("JPY", "JPY"), ("kWd", "KWD")])
def test_a_currency_is_in_capitals(text: str, code: str) -> None:
    """Stripe writes them small, GA4 wants them large."""
    assert code == currency_code(text, "currency")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(None, "currency: missing", id="none"),
        pytest.param("", "currency: not an active ISO 4217 currency", id="empty"),
        pytest.param("xyz", "currency: not an active ISO 4217 currency", id="unknown"),
        pytest.param("usdc", "currency: not an active ISO 4217 currency", id="a token"),
        pytest.param(" eur", "currency: not an active ISO 4217 currency", id="a space"),
        pytest.param("dem", "currency: not an active ISO 4217 currency", id="withdrawn"),
        pytest.param("\u0131sk", "currency: not an active ISO 4217 currency", id="a dotless i"),
    ],
)
def test_a_currency_nobody_knows_is_unusable(text: str | None, problem: str) -> None:
    """Its number of decimals would be a guess, and the guess would be money."""
    with pytest.raises(UnusableError) as caught:
        currency_code(text, "currency")

    assert problem == str(caught.value)


@given(st.text())
def test_a_currency_is_active_or_unusable(text: str) -> None:
    """Whatever the text."""
    try:
        assert currency_code(text, "currency") in CURRENCIES
    except UnusableError:
        assert text.upper() not in CURRENCIES or not text.isascii()
