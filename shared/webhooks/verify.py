"""Webhook signatures: each provider's scheme is a row of data, one function checks them all.

Unlike Stripe's own library this accepts no future timestamp, and for any bytes whatever it returns
or raises `SignatureError`, nothing else.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.errors import SignatureError, SignatureMismatchError
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.keys import hmac_made, private_key_made
from shared.webhooks.schemes import PADDLE, SCHEMES, SHOPIFY, STANDARD, STRIPE, Scheme

__all__ = ["PADDLE", "SCHEMES", "SHOPIFY", "STANDARD", "STRIPE", "Scheme", "verify"]

MAX_HEADER_LENGTH: Final = 4096
MAX_ENTRIES: Final = 16
_SECONDS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


def verify(
    scheme: Scheme, delivery: Delivery, secrets: Sequence[Secret], *, now: datetime
) -> VerifiedDelivery:
    """Check that one of `secrets` signed the delivery's bytes, and recently.

    Args:
        scheme: How the provider signs.
        delivery: The request.
        secrets: Every secret that is valid now; several while one is being rotated. Where the
            scheme has public keys, one of those may stand here too.
        now: The current time, UTC.

    Returns:
        The bytes, now trusted.

    Raises:
        SignatureMismatchError: The header is well-formed but none of the secrets made it.
        SignatureError: The header is missing, repeated, too long or malformed, or the signature
            is genuine but its time is further from now than the scheme tolerates.
    """
    scheme = _spoken(scheme, delivery)
    entries = _entries(scheme, _header(delivery, scheme.signature_header))
    signatures = [_wire(value) for key, value in entries if key == scheme.signature_key]
    public = scheme.public_signature_key
    by_private_keys = [_wire(value) for key, value in entries if public and key == public]
    if not (signatures or by_private_keys):
        raise SignatureError(f"{scheme.signature_header}: no {scheme.signature_key} signature")
    timestamp = _timestamp(scheme, delivery, entries)
    signed = _signed(scheme, delivery, timestamp)
    if not (
        hmac_made(scheme, secrets, signed, signatures)
        or private_key_made(scheme, secrets, signed, by_private_keys)
    ):
        raise SignatureMismatchError(f"{scheme.signature_header}: made with no secret we hold")
    if timestamp and abs(now.timestamp() - int(timestamp)) > scheme.tolerance_seconds:
        raise SignatureError(
            f"{scheme.signature_header}: signed more than {scheme.tolerance_seconds} s from now"
        )
    return VerifiedDelivery(scheme.provider, delivery.body, delivery.headers)


def _spoken(scheme: Scheme, delivery: Delivery) -> Scheme:
    """Return the scheme under the names of headers that the delivery uses."""
    other = scheme.alternative
    if other is None or delivery.values(scheme.signature_header):
        return scheme
    return other if delivery.values(other.signature_header) else scheme


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
        bare = header.strip().removeprefix(scheme.signature_prefix)
        return [(scheme.signature_key, bare)]
    entries = header.split(scheme.entry_separator)
    if len(entries) > MAX_ENTRIES:
        raise SignatureError(f"{scheme.signature_header}: more than {MAX_ENTRIES} entries")
    pairs = []
    for entry in entries:
        key, separated, value = entry.strip().partition(scheme.pair_separator)
        if separated:
            pairs.append((key.strip(), value.strip()))
    return pairs


def _timestamp(scheme: Scheme, delivery: Delivery, entries: Sequence[tuple[str, str]]) -> str:
    """Return the signed time as written, Unix seconds; empty where the scheme has none."""
    if scheme.timestamp_header is not None:
        times = [_header(delivery, scheme.timestamp_header)]
    elif scheme.timestamp_key is not None:
        times = [value for key, value in entries if key == scheme.timestamp_key]
    else:
        return ""
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        raise SignatureError(f"{scheme.signature_header}: no one time in Unix seconds")
    return times[0]


def _signed(scheme: Scheme, delivery: Delivery, timestamp: str) -> bytes:
    """Return the bytes that the provider signed."""
    before, after = scheme.signed.split("{body}")
    name = _header(delivery, scheme.id_header) if scheme.id_header else ""
    parts = {"timestamp": timestamp, "id": name}
    return _wire(before.format(**parts)) + delivery.body + _wire(after.format(**parts))


def _wire(text: str) -> bytes:
    """Return a header's text as the bytes that were on the wire: HTTP's own encoding."""
    return text.encode("latin-1", "replace")
