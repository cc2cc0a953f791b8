"""Orders and contexts as documents hold them, and what is done where one cannot be read.

A document is 1 MiB at most, its names and all
(https://firebase.google.com/docs/firestore/quotas).

What cannot be read was written by a version that was rolled back, say. An order counts as absent, a
context as a denial, for what it said of consent nobody knows, and an entry of the ledger as one
that may have been sent. Each is logged, and none ends a delivery: it would be answered 500 until
the record expires.
"""

import zlib
from datetime import datetime
from typing import Final

import msgspec

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.order import Order
from shared.domain.records import decode_context, decode_order, decode_returned
from shared.domain.refund import Returned
from shared.observability.log import Severity, log

LARGEST: Final = 900_000
"""What is left of a document for bytes, with room for everything else in it."""

_COMPRESSED_FROM: Final = 32_768
_PLAIN, _ZLIB = b"\0", b"\1"
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, zlib.error)


def packed(content: bytes) -> bytes | None:
    """Return bytes as they are kept, large ones compressed; None where they are too large.

    JSON comes out at about a tenth: what is too large is larger than any delivery may be.
    """
    if len(content) < _COMPRESSED_FROM:
        return _PLAIN + content
    kept = _ZLIB + zlib.compress(content)
    return kept if len(kept) <= LARGEST else None


def unpacked(kept: bytes) -> bytes:
    """Return the bytes that `packed` was given."""
    content = kept[1:]
    return zlib.decompress(content) if kept[:1] == _ZLIB else content


def unreadable(what: str) -> None:
    """Log that something cannot be read.

    Args:
        what: `entry`, `order`, `returned` or `context`.
    """
    log("unreadable_record", Severity.ERROR, reason=what)


def read_order(kept: bytes | None) -> Order | None:
    """Return an order as it was packed; None where there is none that can be read."""
    if kept is None:
        return None
    try:
        return decode_order(unpacked(kept))
    except _UNREADABLE:
        unreadable("order")
        return None


def read_returned(kept: bytes | None) -> Returned | None:
    """Return what was returned, as it was packed; None where nothing is there that can be read."""
    if kept is None:
        return None
    try:
        return decode_returned(unpacked(kept))
    except _UNREADABLE:
        unreadable("returned")
        return None


def read_context(kept: bytes, now: datetime) -> Context:
    """Return a context as it was packed; one that cannot be read denies everything.

    Args:
        kept: The context.
        now: The current time, UTC: from then on a new answer counts.
    """
    try:
        return decode_context(unpacked(kept))
    except _UNREADABLE:
        unreadable("context")
        denied = Choice.DENIED
        return Context(consent=Consent(denied, denied, denied, now, now, now))
