"""The certificate that signed a delivery, and whether its key did."""

import warnings
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from shared.errors import MisconfiguredError, SignatureError
from shared.webhooks.certificate_source import CertificateSource
from shared.webhooks.certificates import check_chain, check_subject, read_certificates, rsa_key

_END: Final = b"-----END CERTIFICATE-----"


class SigningCertificate:
    """A certificate that leads to a root that we hold, and is made out to who signs."""

    def __init__(self, certificate: x509.Certificate) -> None:
        self._key = rsa_key(certificate)

    def made(self, signature: bytes, signed: bytes) -> bool:
        """Return whether its key made a signature: RSA, PKCS#1 v1.5, SHA-256."""
        try:
            self._key.verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


async def certificate_at(
    url: str, subjects: Sequence[str], *, root: str | None, setting: str, now: datetime
) -> SigningCertificate:
    """Return the certificate at an address, checked up to its root.

    Args:
        url: An address that the caller allows.
        subjects: Whom it may be made out to.
        root: The roots in PEM; None for the public ones.
        setting: The setting that names them, for the error.
        now: The current time, UTC.

    Raises:
        UnavailableError: It cannot be fetched now.
        SignatureError: There is none, or it breaks a rule.
        MisconfiguredError: The roots cannot be read.
    """
    source, roots = _source(root), _roots(root, setting)
    kept = source.kept(url, now=now)
    pem = await source.fetch(url, now=now) if kept is None else kept
    try:
        certificates = read_certificates(pem)
        check_subject(certificates[0], subjects)
        # Each time: a certificate that is kept grows too old.
        check_chain(certificates, roots, now=now)
        signer = SigningCertificate(certificates[0])
    except SignatureError as error:
        source.refuse(url, str(error), now=now)
        raise
    if kept is None:
        source.keep(url, pem, now=now)
    return signer


@lru_cache(maxsize=8)
def _source(root: str | None) -> CertificateSource:  # noqa: ARG001 - one for each
    """Return the certificates of this process: they are the same for every delivery."""
    return CertificateSource()


@lru_cache(maxsize=8)
def _roots(root: str | None, setting: str) -> tuple[x509.Certificate, ...]:
    if root is None:
        return _public_roots()
    try:
        return read_certificates(root.encode())
    except SignatureError:
        problem = f"{setting}: has a certificate that cannot be read"
        raise MisconfiguredError(problem) from None


def _public_roots() -> tuple[x509.Certificate, ...]:
    """Return the public roots; one that cannot be read costs the others nothing."""
    import certifi  # noqa: PLC0415 - only where there is no root of our own

    found: list[x509.Certificate] = []
    blocks = certifi.contents().encode().split(_END)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for block in blocks[:-1]:
            with suppress(SignatureError):
                found += read_certificates(block + _END)
    return tuple(found)
