"""Reading a message whose `schema` names its type and major version."""

import re
from typing import TypeVar

import msgspec

from shared.decoding import read
from shared.errors import UnusableError

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
    told = read(raw, _Schema).schema
    if not re.fullmatch(rf"{re.escape(schema)}(\.[0-9]{{1,9}})?", told, re.ASCII):
        raise UnusableError("schema", f"not {schema}")
    return read(raw, shape)
