"""Bytes as documents hold them: a document is 1 MiB at most, its names and all.

https://firebase.google.com/docs/firestore/quotas
"""

import zlib
from typing import Final

LARGEST: Final = 900_000
"""What is left of a document for bytes, with room for everything else in it."""

_COMPRESSED_FROM: Final = 32_768
_PLAIN, _ZLIB = b"\0", b"\1"


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
