"""Numbers as the Data Manager API takes them: exact, and text where a parameter is meant."""

from decimal import Context, Decimal
from typing import Final

_DIGITS: Final = 40
_SMALL: Final = 10**18
_EXACT: Final = Context(prec=4 * _DIGITS)


def exact(value: object) -> Decimal | None:
    """Return a JSON number without trailing zeros or an exponent; None where it is none.

    A number with more digits than any money has is none: written out it could be endless.

    Args:
        value: Any JSON value. True and false are no numbers.
    """
    if type(value) is int and abs(value) < _SMALL:  # the usual case first
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return None
    _, digits, exponent = number.as_tuple()
    if len(digits) > _DIGITS or not isinstance(exponent, int) or abs(exponent) > _DIGITS:
        return None
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return Decimal(text) if number else Decimal(0)


def product(price: Decimal, quantity: Decimal) -> Decimal | None:
    """Return price times quantity, with every digit of it; None where those are too many."""
    return exact(_EXACT.multiply(price, quantity))


def as_text(value: object) -> str | None:
    """Return a parameter's value as text: `5`, `1.9`, `true`; None where it cannot be text.

    Args:
        value: Any JSON value.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < _SMALL:
        return str(value)
    number = exact(value)
    return None if number is None else f"{number:f}"
