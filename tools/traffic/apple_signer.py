"""Apple's part in a local stack and in tests: a chain of certificates, and JWS that it signs.

The chain is made when it is first needed, for this process alone. Nothing of it is trusted anywhere
but where its root is named.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tools.traffic.certificates import Issued, as_pem, issue

OF_THE_STORE: Final = "1.2.840.113635.100.6.11.1"
OF_APPLE: Final = "1.2.840.113635.100.6.2.1"
_NULL: Final = b"\x05\x00"


def marked(marker: str) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """Return the extension by which Apple marks what a certificate is for.

    Args:
        marker: `OF_THE_STORE` or `OF_APPLE`.
    """
    return ((x509.UnrecognizedExtension(x509.ObjectIdentifier(marker), _NULL), False),)


@dataclass(frozen=True)
class Signer:
    """Signs JWS.

    Attributes:
        key: With what.
        x5c: Its certificates, its own first.
    """

    key: ec.EllipticCurvePrivateKey
    x5c: Sequence[str]

    def jws(self, payload: object, header: Mapping[str, object] | None = None) -> str:
        """Return a payload as JWS.

        Args:
            payload: JSON, or bytes as they are.
            header: What differs from ES256 and the signer's certificates.
        """
        own = {"alg": "ES256", "x5c": list(self.x5c), **(header or {})}
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        signed = f"{_encoded(json.dumps(own).encode())}.{_encoded(body)}"
        numbers = decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        size = (self.key.curve.key_size + 7) // 8
        return f"{signed}.{_encoded(b''.join(each.to_bytes(size) for each in numbers))}"

    def write(self) -> str:
        """Return the signer as text."""
        return json.dumps({"key": as_pem(self.key), "x5c": list(self.x5c)})

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the signer that a text is.

        Raises:
            ValueError: It is none.
        """
        found: Any = json.loads(text)
        key = serialization.load_pem_private_key(found["key"].encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not a key of an elliptic curve")  # noqa: TRY004 - the text is wrong
        return cls(key, found["x5c"])


@cache
def chain() -> tuple[Issued, Issued, Issued]:
    """Return this process's own chain: what signs, what issued that, and the root."""
    root = issue("Root of a local stack", authority=True)
    between = issue(
        "Intermediate of a local stack", root, authority=True, extensions=marked(OF_APPLE)
    )
    leaf = issue("App Store of a local stack", between, extensions=marked(OF_THE_STORE))
    return leaf, between, root


def signer() -> Signer:
    """Return what signs with this process's own chain."""
    return signer_of(*chain())


def signer_of(*certificates: Issued) -> Signer:
    """Return what signs with a chain.

    Args:
        certificates: What signs first, the root last.

    Raises:
        TypeError: The first has no key of an elliptic curve.
    """
    key = certificates[0].key
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("Apple signs with a key of an elliptic curve")
    return Signer(key, [each.text for each in certificates])


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
