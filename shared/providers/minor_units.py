"""Minor units to major ones, by the provider's table and no other.

Unless another provider's are given, the exponents are Stripe's ("Supported currencies"), not
ISO 4217's: Stripe writes ISK and UGX with two decimals where ISO says none, so deriving them from
ISO would make sums a hundredfold.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from shared.domain.money import CURRENCIES, currency_code
from shared.errors import UnusableError

__all__ = [
    "CURRENCIES",
    "MAX_MINOR_UNITS",
    "STRIPES",
    "THREE_DECIMAL",
    "ZERO_DECIMAL",
    "Exponents",
    "currency_code",
    "major_units",
]

ZERO_DECIMAL: Final = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
)
THREE_DECIMAL: Final = frozenset("BHD JOD KWD OMR TND".split())

# Stripe takes eight digits in most currencies and twelve in the smallest; beyond is a mistake.
MAX_MINOR_UNITS: Final = 10**12


@dataclass(frozen=True, slots=True)
class Exponents:
    """How many decimals a provider's minor units have; two where nothing else is said.

    Attributes:
        zero: Currencies without minor units.
        three: Currencies of a thousand minor units.
    """

    zero: frozenset[str] = ZERO_DECIMAL
    three: frozenset[str] = THREE_DECIMAL


STRIPES: Final = Exponents()


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
    if minor < 0:
        raise UnusableError(path, "negative")
    if minor > MAX_MINOR_UNITS:
        raise UnusableError(path, f"more than {MAX_MINOR_UNITS} minor units")
    if currency in exponents.zero:
        return Decimal(minor)
    return Decimal(minor).scaleb(-3 if currency in exponents.three else -2)
