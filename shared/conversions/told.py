"""A conversion with the function that tells of it: what the ledger keeps for replay."""

from dataclasses import dataclass
from typing import Final

import msgspec

from shared.conversions.conversion import Conversion
from shared.conversions.kept import kept_conversion
from shared.conversions.record import decode, encode

# Records of earlier versions hold the conversion alone, and only this function made such.
_FIRST: Final = "payment_webhook"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told again.

    Attributes:
        conversion: What happened.
        mp_source: Which function sends it.
    """

    conversion: Conversion
    mp_source: str


class _Record(msgspec.Struct, frozen=True):
    conversion: msgspec.Raw
    mp_source: str


_RECORD: Final = msgspec.json.Decoder(_Record)


def encode_told(told: Told) -> bytes:
    """Return what replay needs, without the person's address and hashed data.

    Args:
        told: What is kept.
    """
    conversion = encode(kept_conversion(told.conversion))
    return msgspec.json.encode(_Record(msgspec.Raw(conversion), told.mp_source))


def decode_told(record: bytes) -> Told:
    """Return what `encode_told` wrote, in this version or an earlier one.

    Raises:
        msgspec.DecodeError: The record is of another shape.
    """
    try:
        found = _RECORD.decode(record)
    except msgspec.ValidationError:
        return Told(decode(record), _FIRST)
    return Told(decode(bytes(found.conversion)), found.mp_source)
