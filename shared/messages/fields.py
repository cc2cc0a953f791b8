"""What the messages have in common: the types of their fields, and a `schema` with a version."""

import re
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from shared.decoding import read
from shared.errors import UnusableError

ProviderName = Annotated[
    str,
    msgspec.Meta(
        pattern="^[a-z0-9_]+$",
        max_length=40,
        description="up to 40 lower-case letters, digits or _, e.g. my_shop",
    ),
]
# Decimal strings in major units: they need no table of exponents, and no float.
Amount = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$",
        description='an amount in major units as text, e.g. "12.50"',
    ),
]
# What is metered has more decimals than money.
Quantity = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?$",
        description='a quantity as text, e.g. "2" or "0.5"',
    ),
]
Minor = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
EventId = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
TransactionId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Text = Annotated[str, msgspec.Meta(max_length=4096)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

T = TypeVar("T")


class _Schema(msgspec.Struct, frozen=True):
    schema: str


def read_versioned(raw: bytes | msgspec.Raw, shape: type[T], schema: str) -> T:
    """Read a message of one type.

    A minor version after the major one is of the same type: it only adds fields, which are ignored.

    Args:
        raw: Its JSON.
        shape: Its type.
        schema: Name and major version, as `billing-event/1`.

    Raises:
        UnusableError: It is of another schema, or a field is missing or malformed; it is named.
    """
    name = read(raw, _Schema).schema
    if not re.fullmatch(rf"{re.escape(schema)}(\.[0-9]{{1,9}})?", name, re.ASCII):
        raise UnusableError("schema", f"not {schema}")
    return read(raw, shape)
