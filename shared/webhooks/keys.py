"""Which bytes a secret is a key of, and what those keys say of a signature."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from shared.secrets.secret import Secret
from shared.webhooks.schemes import Scheme


def hmac_made(
    scheme: Scheme, secrets: Sequence[Secret], signed: bytes, signatures: Sequence[bytes]
) -> bool:
    """Return whether one of `secrets` made one of `signatures` over `signed`.

    Args:
        scheme: How the provider signs.
        secrets: Every secret that is valid now.
        signed: What is signed.
        signatures: As they stand in the header.
    """
    expected = [_sign(scheme, key, signed) for s in secrets for key in _hmac_keys(scheme, s)]
    # Every pair is compared, so that the time taken says nothing about which one matched.
    return any([hmac.compare_digest(e, s) for e in expected for s in signatures])  # noqa: C419


def private_key_made(
    scheme: Scheme, secrets: Sequence[Secret], signed: bytes, signatures: Sequence[bytes]
) -> bool:
    """Return whether the private half of one of the public keys made one of `signatures`.

    Args:
        scheme: How the provider signs.
        secrets: Every secret that is valid now; those that are no public key are passed over.
        signed: What is signed.
        signatures: As they stand in the header.
    """
    prefix = scheme.public_key_prefix
    texts = [secret.reveal() for secret in secrets]
    keys = [_decoded(text.removeprefix(prefix)) for text in texts if text.startswith(prefix)]
    if not (keys and signatures):
        return False
    # Only here: it costs a cold start what a shop without such a key should not pay.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    def made(key: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True

    decoded = [_decoded(signature) for signature in signatures]
    return any(made(key, signature) for key in keys for signature in decoded)


def _hmac_keys(scheme: Scheme, secret: Secret) -> list[bytes]:
    """Return what a secret may be as an HMAC's key; nothing for one that cannot be a key.

    Anybody can sign with an empty key, or with a public one.
    """
    text = secret.reveal()
    asymmetric = (scheme.public_key_prefix, scheme.private_key_prefix)
    if text.startswith(tuple(filter(None, asymmetric))):
        return []
    encoded = text.removeprefix(scheme.key_prefix)
    keys = []
    if scheme.key != "base64" and encoded:
        keys.append(text.encode(errors="surrogatepass"))
    if scheme.key != "utf-8":
        keys.append(_decoded(encoded))
    return [key for key in keys if key]


def _decoded(text: str | bytes) -> bytes:
    """Return what base64 stands for, padded or not; empty for what is none."""
    wire = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    bare = wire.rstrip(b"=")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except ValueError:
        return b""


def _sign(scheme: Scheme, key: bytes, signed: bytes) -> bytes:
    """Return the signature that a key makes, written as the scheme writes it."""
    digest = hmac.digest(key, signed, hashlib.sha256)
    return digest.hex().encode() if scheme.digest == "hex" else base64.b64encode(digest)
