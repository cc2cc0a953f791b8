"""A JWS as text: three parts, of which the first two are JSON. Nothing is verified here."""

import base64
import re
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError

_PART: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_PARTS: Final = 3


class Header(msgspec.Struct, frozen=True):
    """The protected header, as far as it is heeded.

    Attributes:
        alg: The algorithm.
        x5c: The certificates in base64, the signer's first.
        crit: Extensions that have to be understood: we understand none.
    """

    alg: str
    x5c: tuple[str, ...]
    crit: msgspec.Raw | None = None


class Compact(msgspec.Struct, frozen=True):
    """A JWS in its parts.

    Attributes:
        header: Its header.
        payload: What is signed, decoded.
        signed: The bytes that the signature is over.
        signature: The signature.
    """

    header: Header
    payload: bytes
    signed: bytes
    signature: bytes


def split(text: str, path: str) -> Compact:
    """Return the parts of a JWS.

    Args:
        text: The JWS.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is none.
    """
    parts = text.split(".", _PARTS)
    if len(parts) != _PARTS or not all(map(_PART.fullmatch, parts)):
        raise UnusableError(path, "not a JWS")
    header, payload, signature = (_decoded(part, path) for part in parts)
    return Compact(
        read(header, Header, at=f"{path} header"),
        payload,
        ".".join(parts[:2]).encode(),
        signature,
    )


def _decoded(part: str, path: str) -> bytes:
    try:
        found = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise UnusableError(path, "not a JWS") from None
    # Two texts must not stand for the same bytes.
    if base64.urlsafe_b64encode(found).rstrip(b"=") != part.encode():
        raise UnusableError(path, "not a JWS")
    return found
