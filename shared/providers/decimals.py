"""Amounts that a provider writes in major units, as decimal text or as a JSON number: exact."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from shared.errors import UnusableError
from shared.providers.minor_units import ISO_4217, Exponents

# No payment is larger, in the smallest currency; and nobody's smallest unit has more decimals.
LARGEST: Final = 10**12
_MOST_DECIMALS: Final = 20
_HALF: Final = Fraction(1, 2)


def check_decimal(value: Decimal, path: str) -> Decimal:
    """Return an amount that can be one of money; of either sign.

    Args:
        value: As the sender wrote it.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is no number, larger than any payment, or of more decimals than any
            currency.
    """
    if not value.is_finite():
        raise UnusableError(path, "no number")
    if value.adjusted() > len(str(LARGEST)) or abs(value) > LARGEST:
        raise UnusableError(path, f"more than {LARGEST}")
    if value and int(value.as_tuple().exponent) < -_MOST_DECIMALS:
        raise UnusableError(path, f"more than {_MOST_DECIMALS} decimals")
    return value


def check_positive(value: Decimal, path: str) -> Decimal:
    """Return an amount that is not negative. Args and errors as `check_decimal`."""
    if check_decimal(value, path) < 0:
        raise UnusableError(path, "negative")
    return value


def rounded_half_up(
    value: Fraction | Decimal, currency: str, exponents: Exponents = ISO_4217
) -> Decimal:
    """Return an amount with a currency's decimals, half away from zero; no float comes near it.

    Args:
        value: An amount that was checked.
        currency: ISO 4217, capitals.
        exponents: How many decimals it has; the standard's where the sender has no own table.
    """
    digits = exponents.digits(currency)
    scaled = abs(Fraction(value)) * 10**digits
    units = (scaled + _HALF).numerator // (scaled + _HALF).denominator
    return Decimal(-units if value < 0 else units).scaleb(-digits)
