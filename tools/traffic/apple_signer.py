"""Apple's part in a local stack and in tests: a chain of certificates, and JWS that it signs.

The chain is made when it is first needed, for this process alone. Nothing of it is trusted anywhere
but where its root is named.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

OF_THE_STORE: Final = "1.2.840.113635.100.6.11.1"
OF_APPLE: Final = "1.2.840.113635.100.6.2.1"
_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2049, 1, 1, tzinfo=UTC)
_NULL: Final = b"\x05\x00"


@dataclass(frozen=True)
class Issued:
    """A certificate, with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def text(self) -> str:
        """The certificate as `x5c` has it."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return base64.b64encode(der).decode()

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def issue(  # noqa: PLR0913 - what a certificate may get wrong
    name: str,
    by: Issued | None = None,
    *,
    authority: bool | None = True,
    marker: str | None = None,
    valid: tuple[datetime, datetime] = (_FROM, _UNTIL),
    curve: ec.EllipticCurve | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> Issued:
    """Make a certificate.

    Args:
        name: Its common name.
        by: Who issues it. None: itself.
        authority: Whether it may issue others. None: it does not say.
        marker: The extension of Apple's that it has.
        valid: From when until when.
        curve: Of its key. Default: P-256.
        key: Its key. Default: a new one.
    """
    key = key or ec.generate_private_key(curve or ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
    )
    if authority is not None:
        constraints = x509.BasicConstraints(ca=authority, path_length=None)
        builder = builder.add_extension(constraints, critical=True)
    if marker is not None:
        extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(marker), _NULL)
        builder = builder.add_extension(extension, critical=False)
    return Issued(builder.sign(by.key if by else key, hashes.SHA256()), key)


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
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return json.dumps({"key": pem.decode(), "x5c": list(self.x5c)})

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
    root = issue("Root of a local stack")
    intermediate = issue("Intermediate of a local stack", root, marker=OF_APPLE)
    leaf = issue("App Store of a local stack", intermediate, authority=False, marker=OF_THE_STORE)
    return leaf, intermediate, root


def signer() -> Signer:
    """Return what signs with this process's own chain."""
    return Signer(chain()[0].key, [each.text for each in chain()])


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
