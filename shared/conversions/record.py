"""A conversion as bytes, for the entries of the ledger that may be replayed."""

from typing import Final

import msgspec

from shared.conversions.conversion import Conversion

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Conversion)


def encode(conversion: Conversion) -> bytes:
    """Return a conversion as JSON; money as decimal strings, times as RFC 3339."""
    return _ENCODER.encode(conversion)


def decode(record: bytes) -> Conversion:
    """Return the conversion that `encode` wrote.

    Raises:
        msgspec.ValidationError: The record is of another shape.
    """
    return _DECODER.decode(record)
