"""Money, as the page shows it: exact, with the currency's decimals."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.providers.minor_units import CURRENCIES, STRIPES


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money.

    Attributes:
        value: In major units.
        currency: ISO 4217.
    """

    value: Decimal
    currency: str

    def __str__(self) -> str:
        """The amount with its currency's decimals, or more where it has more."""
        return f"{written(self.value, self.currency)} {self.currency}"


def written(value: Decimal, currency: str) -> str:
    """Return a number with the decimals of a currency, or more where it has more.

    Args:
        value: In major units.
        currency: ISO 4217.
    """
    least = 0 if currency in STRIPES.zero else 3 if currency in STRIPES.three else 2
    exponent = value.as_tuple().exponent
    is_short = isinstance(exponent, int) and -exponent < least
    return f"{value:.{least}f}" if is_short else f"{value:f}"


def amount_in(params: Mapping[str, Any]) -> Amount | None:
    """Return the money of an event's parameters.

    Args:
        params: As they were sent: any JSON.

    Returns:
        None where there is none that can be added up.
    """
    match params:
        case {"value": int() | float() | Decimal() as number, "currency": str(currency)}:
            try:
                value = Decimal(str(number))
            except InvalidOperation:
                return None
            # A truth value is an int to Python, and 1e999 a number to JSON.
            if isinstance(number, bool) or not value.is_finite() or currency not in CURRENCIES:
                return None
            return Amount(value, currency)
    return None
