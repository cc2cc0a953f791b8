"""Is a JWS made with a key that Apple gave to the App Store?

Three certificates: the App Store's, Apple's for it, and the pinned root. Sources: Apple's
`app-store-server-library` 3.1.2 (`signed_data_verifier`), RFC 5280 and RFC 7515. Nothing is asked
over the network: Apple's library asks for revocations too, where its caller wants that.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from shared.errors import SignatureError
from shared.providers.apple.compact import Compact

_ALGORITHM: Final = "ES256"
_CERTIFICATES: Final = 3
_SIGNATURE_BYTES: Final = 64
_LONGEST: Final = 8192
# Markers of Apple's: of what signs for the App Store, and of what Apple signs that with.
_OF_THE_STORE: Final = x509.ObjectIdentifier("1.2.840.113635.100.6.11.1")
_OF_APPLE: Final = x509.ObjectIdentifier("1.2.840.113635.100.6.2.1")


def check(jws: Compact, root: x509.Certificate, at: datetime, path: str) -> None:
    """Check that Apple signed a JWS.

    Args:
        jws: The JWS.
        root: The pinned root.
        at: When it was signed, by itself: its certificates have to be valid then.
        path: Where it stands, for the error.

    Raises:
        SignatureError: Apple did not.
    """
    if jws.header.alg != _ALGORITHM or jws.header.crit is not None:
        raise SignatureError(f"{path}: signed with another algorithm than {_ALGORITHM}")
    try:
        chain = _chain(jws.header.x5c, path)
        _check_chain(chain, root, at, path)
        _check_signature(jws, chain[0], path)
    except (
        InvalidSignature,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        x509.DuplicateExtension,
        x509.ExtensionNotFound,
        x509.InvalidVersion,
        x509.UnsupportedGeneralNameType,
    ):
        raise SignatureError(f"{path}: not signed by Apple") from None


def _chain(texts: Sequence[str], path: str) -> list[x509.Certificate]:
    if len(texts) != _CERTIFICATES or any(len(text) > _LONGEST for text in texts):
        raise SignatureError(f"{path}: not {_CERTIFICATES} certificates")
    return [
        x509.load_der_x509_certificate(base64.b64decode(text.encode(), validate=True))
        for text in texts
    ]


def _check_chain(
    chain: Sequence[x509.Certificate], root: x509.Certificate, at: datetime, path: str
) -> None:
    leaf, intermediate, last = chain
    if last != root:
        raise SignatureError(f"{path}: the chain does not end at Apple's root")
    intermediate.verify_directly_issued_by(root)
    leaf.verify_directly_issued_by(intermediate)
    for each in chain:
        if not each.not_valid_before_utc <= at <= each.not_valid_after_utc:
            raise SignatureError(f"{path}: a certificate was not valid when it was signed")
    if not (_may_issue(root) and _may_issue(intermediate)) or _may_issue(leaf):
        raise SignatureError(f"{path}: a certificate was issued by one that may issue none")
    for each, marker in ((leaf, _OF_THE_STORE), (intermediate, _OF_APPLE)):
        each.extensions.get_extension_for_oid(marker)
    usage = _usage(leaf)
    if usage is not None and not usage.digital_signature:
        raise SignatureError(f"{path}: the certificate is not for signatures")


def _may_issue(certificate: x509.Certificate) -> bool:
    """Return whether a certificate is an authority's, which may sign others."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    usage = _usage(certificate)
    return constraints.value.ca and (usage is None or usage.key_cert_sign)


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _check_signature(jws: Compact, leaf: x509.Certificate, path: str) -> None:
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SignatureError(f"{path}: not a key for {_ALGORITHM}")
    if len(jws.signature) != _SIGNATURE_BYTES:
        raise SignatureError(f"{path}: not a signature of {_ALGORITHM}")
    half = _SIGNATURE_BYTES // 2
    numbers = (int.from_bytes(part) for part in (jws.signature[:half], jws.signature[half:]))
    key.verify(encode_dss_signature(*numbers), jws.signed, ec.ECDSA(hashes.SHA256()))
