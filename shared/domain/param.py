"""What a parameter or a user property of ours may hold."""

from decimal import Decimal

import msgspec


class DecimalParam(msgspec.Struct, frozen=True):
    """An exact number that need not be whole.

    A type of its own, so that a record of a conversion distinguishes it from text.

    Attributes:
        value: The number.
    """

    value: Decimal


Param = str | int | DecimalParam
"""The value of a parameter or of a user property."""
