"""Minor units to major ones, by the provider's table and no other.

Unless another provider's are given, the exponents are Stripe's ("Supported currencies"), not
ISO 4217's: Stripe writes ISK and UGX with two decimals where ISO says none, so deriving them from
ISO would make sums a hundredfold.
"""

from collections.abc import Callable, Container
from decimal import Decimal
from functools import partial
from typing import Final

import msgspec

from shared.domain.money import CURRENCIES, Money, currency_code
from shared.errors import UnusableError
from shared.faults import faults_in

__all__ = [
    "CURRENCIES",
    "ISO_4217",
    "MAX_MINOR_UNITS",
    "STRIPES",
    "THREE_DECIMAL",
    "ZERO_DECIMAL",
    "Amount",
    "Exponents",
    "check_minor",
    "currency_code",
    "known_currency",
    "major_units",
    "money_of",
]

ZERO_DECIMAL: Final = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
)
THREE_DECIMAL: Final = frozenset("BHD JOD KWD OMR TND".split())

# Stripe takes eight digits in most currencies and twelve in the smallest; beyond is a mistake.
MAX_MINOR_UNITS: Final = 10**12


class Exponents(msgspec.Struct, frozen=True):
    """How many decimals a provider's minor units have; two where nothing else is said.

    Attributes:
        zero: Currencies without minor units.
        three: Currencies of a thousand minor units.
    """

    zero: frozenset[str] = ZERO_DECIMAL
    three: frozenset[str] = THREE_DECIMAL

    def digits(self, currency: str) -> int:
        """Return how many decimals a currency has."""
        if currency in self.zero:
            return 0
        return 3 if currency in self.three else 2


STRIPES: Final = Exponents()
ISO_4217: Final = Exponents(
    zero=frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()),
    three=frozenset("BHD IQD JOD KWD LYD OMR TND".split()),
)
"""The standard's own: of senders that write amounts in major units."""


def major_units(minor: int, currency: str, path: str, exponents: Exponents = STRIPES) -> Decimal:
    """Return an amount of minor units in major ones, exactly.

    Args:
        minor: The amount, e.g. cents.
        currency: ISO 4217, capitals.
        path: Where the amount stands, for the error.
        exponents: The provider's.

    Raises:
        UnusableError: The amount is negative or larger than any payment.
    """
    check_minor(minor, path)
    return Decimal(minor).scaleb(-exponents.digits(currency))


def known_currency(text: str | None, path: str, known: Container[str], provider: str) -> str:
    """Return a currency whose decimals at a provider are known: a guess is a guess at money.

    Args:
        text: The code.
        path: Where it stands, for the error.
        known: The provider's currencies.
        provider: The provider's name, for the error.

    Raises:
        UnusableError: It is missing, no currency, or none of those.
    """
    code = currency_code(text, path)
    if code not in known:
        raise UnusableError(path, f"not a currency whose decimals at {provider} are known")
    return code


def check_minor(minor: int, path: str) -> None:
    """Check that an amount can be one that was paid.

    Args:
        minor: The amount in minor units.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is negative or larger than any payment.
    """
    if minor < 0:
        raise UnusableError(path, "negative")
    if minor > MAX_MINOR_UNITS:
        raise UnusableError(path, f"more than {MAX_MINOR_UNITS} minor units")


class Amount(msgspec.Struct, frozen=True):
    """Minor units, and where they stand.

    Attributes:
        minor: How much; None where the object does not say.
        path: Where.
    """

    minor: int | None
    path: str


def money_of(
    currency: Callable[[], str],
    total: Amount,
    tax: Amount | None = None,
    shipping: Amount | None = None,
    exponents: Exponents = STRIPES,
) -> Money:
    """Return what was paid, split into value, tax and shipping.

    Args:
        currency: Reads the currency; raises `UnusableError`.
        total: What was charged.
        tax: The part of it that is tax.
        shipping: The part of it that is shipping, without its tax.
        exponents: The provider's.

    Raises:
        UnusableError: The total or the currency is missing, or an amount cannot be; all that is
            wrong is named.
    """
    amounts = (total, tax, shipping)
    try:
        code = currency()
        charged = _present(total)
        parts = (
            None
            if amount is None or amount.minor is None
            else major_units(amount.minor, code, amount.path, exponents)
            for amount in (tax, shipping)
        )
        money = Money(code, major_units(charged, code, total.path, exponents), *parts)
    except UnusableError as error:
        checks = [
            partial(check_minor, amount.minor, amount.path)
            for amount in amounts
            if amount is not None and amount.minor is not None
        ]
        raise UnusableError.of([*error.faults, *faults_in(checks)]) from None
    if money.net < 0:
        parts_of_it = "its tax" if shipping is None else "its tax and shipping"
        raise UnusableError(total.path, f"less than {parts_of_it}")
    return money


def _present(amount: Amount) -> int:
    if amount.minor is None:
        raise UnusableError(amount.path, "missing")
    return amount.minor
