"""A chain of certificates up to a root that we hold: X.509 as far as a signature needs it.

The rules are those of RFC 5280, section 6, that apply to a chain of a few certificates: each is
signed by the next, all are valid now, and who issues one is a certificate authority that may. More
is refused where it cannot be judged: a critical extension that we do not know. Revocation is not
asked for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.x509.oid import NameOID

from shared.errors import SignatureError

MOST_CERTIFICATES: Final = 8
_DEEPEST: Final = 5
_HASHES: Final = (SHA256, SHA384, SHA512)
_SMALLEST_RSA_BITS: Final = 2048
_BROKEN: Final = (
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What `cryptography` raises for a certificate that is none, or is of a kind it does not know."""

Certificates = Sequence[x509.Certificate]


def read_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM text, in their order.

    Args:
        pem: The text. What stands between certificates is passed over.

    Raises:
        SignatureError: There is none, or one that cannot be read.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except _BROKEN:
        raise SignatureError("certificate: no certificate in PEM that can be read") from None


def check_chain(certificates: Certificates, roots: Certificates, *, now: datetime) -> None:
    """Check that the first of some certificates leads to a root that we hold.

    Args:
        certificates: The signer's own, and then others in any order. None of them is trusted.
        roots: Those that are.
        now: The current time, UTC.

    Raises:
        SignatureError: It does not, or one on the way breaks a rule.
    """
    if not 0 < len(certificates) <= MOST_CERTIFICATES:
        raise SignatureError(f"certificate: not 1 to {MOST_CERTIFICATES} of them")
    try:
        signer, *others = certificates
        _check_dates(signer, now)
        _check_extensions(signer)
        constraints = _constraints(signer)
        if constraints is not None and constraints.ca:
            raise SignatureError("certificate: of an authority, which signs no messages")
        if not _leads_to_root(signer, others, roots, now, depth=0):
            raise SignatureError("certificate: not issued under a root that we hold")
    except _BROKEN:
        raise SignatureError("certificate: broken, or of a kind that is not known") from None


def check_subject(certificate: x509.Certificate, names: Sequence[str]) -> None:
    """Check whom a certificate was made out to.

    Args:
        certificate: The signer's.
        names: The common names that it may have, exactly.

    Raises:
        SignatureError: It has another one, several or none.
    """
    try:
        found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except _BROKEN:
        found = []
    if len(found) != 1 or found[0].value not in names:
        raise SignatureError("certificate: its subject is not who signs")


def rsa_key(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    """Return the RSA key of a certificate.

    Raises:
        SignatureError: It has another kind of key, or a short one.
    """
    try:
        key = certificate.public_key()
    except _BROKEN:
        key = None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _SMALLEST_RSA_BITS:
        raise SignatureError(f"certificate: no RSA key of {_SMALLEST_RSA_BITS} bits or more")
    return key


def _leads_to_root(
    issued: x509.Certificate, others: Certificates, roots: Certificates, now: datetime, depth: int
) -> bool:
    """Return whether one was issued by a root, or by another one that was."""
    if any(_issued(issued, root, now, below=depth) for root in roots):
        return True
    return depth < _DEEPEST and any(
        _issued(issued, other, now, below=depth)
        and _leads_to_root(other, [each for each in others if each != other], roots, now, depth + 1)
        for other in others
    )


def _issued(
    issued: x509.Certificate, issuer: x509.Certificate, now: datetime, *, below: int
) -> bool:
    """Return whether an authority issued a certificate, and was allowed to.

    Args:
        issued: The certificate.
        issuer: The authority's.
        now: The current time, UTC.
        below: How many authorities stand between the signer and this one.
    """
    if issued.issuer != issuer.subject or not isinstance(issued.signature_hash_algorithm, _HASHES):
        return False
    try:
        issued.verify_directly_issued_by(issuer)
        _check_dates(issuer, now)
        _check_extensions(issuer)
    except (*_BROKEN, SignatureError):
        return False
    constraints = _constraints(issuer)
    if constraints is None or not constraints.ca:
        return False
    if constraints.path_length is not None and below > constraints.path_length:
        return False
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _check_dates(certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise SignatureError("certificate: not valid now")


def _check_extensions(certificate: x509.Certificate) -> None:
    for extension in certificate.extensions:
        if extension.critical and isinstance(extension.value, x509.UnrecognizedExtension):
            raise SignatureError("certificate: has a critical extension that is not known")


def _constraints(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None
