"""Parts of the domain as bytes: conversions that may be replayed, orders, returns, contexts.

Records outlive the process that wrote them: a field that is added to these types needs a default.
"""

from typing import Final

import msgspec

from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.order import Order
from shared.domain.refund import Returned

_ENCODER: Final = msgspec.json.Encoder()
_CONVERSION: Final = msgspec.json.Decoder(Conversion)
_ORDER: Final = msgspec.json.Decoder(Order)
_RETURNED: Final = msgspec.json.Decoder(Returned)
_CONTEXT: Final = msgspec.json.Decoder(Context)


def encode(whole: Conversion | Order | Returned | Context) -> bytes:
    """Return a record as JSON; money as decimal strings, times as RFC 3339."""
    return _ENCODER.encode(whole)


def decode(record: bytes) -> Conversion:
    """Return the conversion that `encode` wrote.

    Raises:
        msgspec.ValidationError: The record is of another shape.
    """
    return _CONVERSION.decode(record)


def decode_order(record: bytes) -> Order:
    """Return the order that `encode` wrote. Raises as `decode`."""
    return _ORDER.decode(record)


def decode_returned(record: bytes) -> Returned:
    """Return what was returned, as `encode` wrote it. Raises as `decode`."""
    return _RETURNED.decode(record)


def decode_context(record: bytes) -> Context:
    """Return the context that `encode` wrote. Raises as `decode`."""
    return _CONTEXT.decode(record)
