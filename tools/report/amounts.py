"""Money as people read it, to the last digit."""

from decimal import Decimal
from typing import Final

from shared.providers.minor_units import STRIPES

NOTHING: Final = "\N{EN DASH}"
"""What stands where there is no number."""
_STEPS: Final = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(1000), "k"))


def amount(value: Decimal, currency: str) -> str:
    """Return an amount with thousands separated: as many decimals as its currency has, or more.

    Nothing is rounded: an amount with more decimals than its currency shows them all.

    Args:
        value: Major units.
        currency: ISO 4217.
    """
    usual = 0 if currency in STRIPES.zero else 3 if currency in STRIPES.three else 2
    plain = f"{value:f}"
    digits = len(plain.partition(".")[2].rstrip("0"))
    return f"{value:,.{max(usual, digits)}f}"


def plain(value: Decimal, currency: str) -> str:
    """Return an amount for machines: as `amount`, without separators."""
    return amount(value, currency).replace(",", "")


def short(value: float) -> str:
    """Return a number of an axis in few characters, such as 1.5k.

    Args:
        value: A round number.
    """
    size = Decimal(repr(value))
    for step, letter in _STEPS:
        if abs(size) >= step:
            return f"{(size / step).normalize():f}{letter}"
    return f"{size.normalize():f}"


def share(count: int, of: int) -> str:
    """Return a share in per cent: never 100 % or 0 % of what is not all or nothing."""
    if not of:
        return NOTHING
    rounded = f"{count / of:.1%}"
    if rounded == "100.0%" and count < of:
        return ">99.9%"
    if rounded == "0.0%" and count:
        return "<0.1%"
    return rounded
