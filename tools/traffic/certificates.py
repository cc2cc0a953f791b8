"""Certificates for a local stack and for tests. Each is trusted only where it is named."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2049, 1, 1, tzinfo=UTC)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate, with its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def text(self) -> str:
        """The certificate in DER and base64, as `x5c` of a JWS has it (RFC 7515)."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return base64.b64encode(der).decode()

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """The key in PEM, not encrypted."""
        return as_pem(self.key)


def as_pem(key: PrivateKey) -> str:
    """Return a key in PEM, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def issue(  # noqa: PLR0913 - what a certificate may get wrong
    name: str,
    by: Issued | None = None,
    *,
    key: PrivateKey | None = None,
    authority: bool | None = False,
    path_length: int | None = None,
    valid: tuple[datetime, datetime] = (_FROM, _UNTIL),
    algorithm: hashes.SHA224 | hashes.SHA256 | None = None,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> Issued:
    """Make a certificate.

    Args:
        name: Its common name.
        by: Who issues it. None: itself.
        key: Its key. Default: a new one on P-256, which takes no time to make.
        authority: Whether it may issue others. None: it does not say.
        path_length: How many authorities may stand below it.
        valid: From when until when.
        algorithm: What it is signed with. Default: SHA-256.
        extensions: Further ones, and whether each is critical.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
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
        constraints = x509.BasicConstraints(ca=authority, path_length=path_length)
        builder = builder.add_extension(constraints, critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(by.key if by else key, algorithm or hashes.SHA256())
    return Issued(signed, key)
