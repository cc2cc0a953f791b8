"""What a parameter or a user property of ours may hold."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DecimalParam:
    """An exact number that need not be whole.

    A type of its own, so that a record of a conversion distinguishes it from text.

    Attributes:
        value: The number.
    """

    value: Decimal


Param = str | int | DecimalParam
"""The value of a parameter or of a user property."""
