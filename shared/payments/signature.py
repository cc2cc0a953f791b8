"""Webhook signatures: each provider's scheme is a row of data, one function checks them all.

Facts: Stripe `_webhook.py` 16.1.0, Standard Webhooks specification, Paddle "Verify webhook
signatures", Shopify "Verify webhook deliveries". Unlike Stripe's own library this accepts no
future timestamp, and for any bytes whatever it returns or raises `SignatureError`, nothing else.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from shared.errors import SignatureError, SignatureMismatchError
from shared.payments.delivery import Delivery, VerifiedDelivery
from shared.secret import Secret

MAX_HEADER_LENGTH: Final = 4096
MAX_ENTRIES: Final = 16
_SECONDS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one provider signs.

    Attributes:
        provider: Its name.
        signature_header: Where the signatures are, lower case.
        signed: The signed bytes: `{timestamp}`, `{id}` and `{body}` are filled in.
        entry_separator: Between the entries of the header; None: the header is one bare signature.
        pair_separator: Between an entry's key and value.
        signature_key: The entries that count; others are of other schemes and passed over.
        timestamp_key: The entry that holds the time, where the header itself carries it.
        timestamp_header: The header that holds the time, where it is one of its own.
        id_header: The header that holds the delivery's id, where it is signed.
        digest: How the HMAC-SHA256 is written.
        key: How the secret becomes the HMAC's key: as UTF-8, or decoded from base64 after a prefix.
        key_prefix: What stands before the base64 of a key.
        tolerance_seconds: How far from now, in both directions, a signature's time may be.
    """

    provider: str
    signature_header: str
    signed: str
    entry_separator: str | None = None
    pair_separator: str = "="
    signature_key: str = ""
    timestamp_key: str | None = None
    timestamp_header: str | None = None
    id_header: str | None = None
    digest: Literal["hex", "base64"] = "hex"
    key: Literal["utf-8", "base64"] = "utf-8"
    key_prefix: str = ""
    tolerance_seconds: int = 300


STRIPE: Final = Scheme(
    provider="stripe",
    signature_header="stripe-signature",
    signed="{timestamp}.{body}",
    entry_separator=",",
    signature_key="v1",
    timestamp_key="t",
)

SCHEMES: Final = {scheme.provider: scheme for scheme in (STRIPE,)}


def verify(
    scheme: Scheme, delivery: Delivery, secrets: Sequence[Secret], *, now: datetime
) -> VerifiedDelivery:
    """Check that one of `secrets` signed the delivery's bytes, and recently.

    Args:
        scheme: How the provider signs.
        delivery: The request.
        secrets: Every secret that is valid now; several while one is being rotated.
        now: The current time, UTC.

    Returns:
        The bytes, now trusted.

    Raises:
        SignatureMismatchError: The header is well-formed but none of the secrets made it.
        SignatureError: The header is missing, repeated, too long or malformed, or the signature
            is genuine but its time is further from now than the scheme tolerates.
    """
    entries = _entries(scheme, _header(delivery, scheme.signature_header))
    signatures = [_wire(value) for key, value in entries if key == scheme.signature_key]
    if not signatures:
        raise SignatureError(f"{scheme.signature_header}: no {scheme.signature_key} signature")
    timestamp = _timestamp(scheme, delivery, entries)
    before, after = scheme.signed.split("{body}")
    parts = {
        "timestamp": timestamp,
        "id": _header(delivery, scheme.id_header) if scheme.id_header else "",
    }
    signed = _wire(before.format(**parts)) + delivery.body + _wire(after.format(**parts))
    expected = [_sign(scheme, key, signed) for secret in secrets if (key := _key(scheme, secret))]
    # Every pair is compared, so that the time taken tells nothing about which one matched.
    if not any([hmac.compare_digest(e, s) for e in expected for s in signatures]):  # noqa: C419
        raise SignatureMismatchError(f"{scheme.signature_header}: made with no secret we hold")
    if timestamp and abs(now.timestamp() - int(timestamp)) > scheme.tolerance_seconds:
        raise SignatureError(
            f"{scheme.signature_header}: signed more than {scheme.tolerance_seconds} s from now"
        )
    return VerifiedDelivery(scheme.provider, delivery.body, delivery.headers)


def _header(delivery: Delivery, name: str) -> str:
    """Return the one value of a header; none, two or an oversized one cannot be trusted."""
    values = delivery.values(name)
    if not values:
        raise SignatureError(f"{name}: header missing")
    if len(values) > 1:
        raise SignatureError(f"{name}: header given {len(values)} times")
    if len(values[0]) > MAX_HEADER_LENGTH:
        raise SignatureError(f"{name}: header longer than {MAX_HEADER_LENGTH} characters")
    return values[0]


def _entries(scheme: Scheme, header: str) -> list[tuple[str, str]]:
    """Split a header into key and value; entries of another shape are passed over."""
    if scheme.entry_separator is None:
        return [(scheme.signature_key, header.strip())]
    entries = header.split(scheme.entry_separator)
    if len(entries) > MAX_ENTRIES:
        raise SignatureError(f"{scheme.signature_header}: more than {MAX_ENTRIES} entries")
    return list(_pairs(entries, scheme.pair_separator))


def _pairs(entries: Sequence[str], separator: str) -> Iterator[tuple[str, str]]:
    for entry in entries:
        key, found, value = entry.strip().partition(separator)
        if found:
            yield key.strip(), value.strip()


def _timestamp(scheme: Scheme, delivery: Delivery, entries: Sequence[tuple[str, str]]) -> str:
    """Return the signed time as written, Unix seconds; empty where the scheme has none."""
    if scheme.timestamp_header is not None:
        found = [_header(delivery, scheme.timestamp_header)]
    elif scheme.timestamp_key is not None:
        found = [value for key, value in entries if key == scheme.timestamp_key]
    else:
        return ""
    if len(found) != 1 or not _SECONDS.fullmatch(found[0]):
        raise SignatureError(f"{scheme.signature_header}: no one time in Unix seconds")
    return found[0]


def _wire(text: str) -> bytes:
    """Return a header's text as the bytes that were on the wire: HTTP's own encoding."""
    return text.encode("latin-1", "replace")


def _key(scheme: Scheme, secret: Secret) -> bytes:
    """Return a secret as the HMAC's key; empty for one that cannot be a key: it signs nothing."""
    text = secret.reveal()
    if scheme.key == "utf-8":
        return text.encode()
    encoded = text.removeprefix(scheme.key_prefix).rstrip("=")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        return b""


def _sign(scheme: Scheme, key: bytes, signed: bytes) -> bytes:
    """Return the signature that a key makes, written as the scheme writes it."""
    digest = hmac.digest(key, signed, hashlib.sha256)
    return digest.hex().encode() if scheme.digest == "hex" else base64.b64encode(digest)
