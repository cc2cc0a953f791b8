"""Paddle's amounts: strings of minor units, in its own currencies."""

from decimal import Decimal
from functools import partial
from typing import Final

from shared.domain.money import Money
from shared.providers.minor_units import Amount, Exponents, known_currency, major_units, money_of

EXPONENTS: Final = Exponents(zero=frozenset("CLP JPY KRW VND".split()), three=frozenset())

# What paddle-python-sdk 1.16.1 lists. Of any other the decimals are not known, and a guess would be
# a guess at money.
CURRENCIES: Final = frozenset(
    """
    ARS AUD BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF ILS INR JPY KRW MXN NOK NZD PEN PLN RUB
    SEK SGD THB TRY TWD UAH USD VND ZAR
    """.split()
)


def currency_of(text: str | None, path: str) -> str:
    """Return a currency of Paddle's: see `known_currency`."""
    return known_currency(text, path, CURRENCIES, "Paddle")


def major(minor: str, currency: str, path: str) -> Decimal:
    """Return an amount in major units, exactly.

    Args:
        minor: Digits.
        currency: One of Paddle's.
        path: Where the amount stands, for the error.

    Raises:
        UnusableError: The amount is negative or larger than any payment.
    """
    return major_units(int(minor), currency, path, EXPONENTS)


def signed_major(minor: str, currency: str, path: str) -> Decimal:
    """Return an amount of a line, which may be a credit, in major units, exactly.

    Args:
        minor: Digits, after a minus where it is a credit.
        currency: One of Paddle's.
        path: Where the amount stands, for the error.

    Raises:
        UnusableError: The amount is larger than any payment.
    """
    found = major(minor.removeprefix("-"), currency, path)
    return -found if minor.startswith("-") else found


def to_money(currency: str | None, total: str, tax: str | None, *, at: str, totals: str) -> Money:
    """Return what was paid or given back, with the tax in it.

    Args:
        currency: As Paddle writes it.
        total: Digits.
        tax: Digits; None where Paddle does not say.
        at: Where `currency_code` stands, for the error.
        totals: Where the amounts stand.

    Raises:
        UnusableError: The currency is missing or not known, or an amount cannot be.
    """
    return money_of(
        partial(currency_of, currency, f"{at}.currency_code"),
        Amount(int(total), f"{totals}.total"),
        None if tax is None else Amount(int(tax), f"{totals}.tax"),
        exponents=EXPONENTS,
    )
