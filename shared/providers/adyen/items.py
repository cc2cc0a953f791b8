"""The items of a delivery, and the text that Adyen signs of each.

Source: the `Adyen` package 16.0.0, `util.py`, and the page "Verify HMAC signatures".
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError

NOTHING: Final = msgspec.Raw(b"")
AT: Final = "notificationItems"
_SEPARATOR: Final = ":"
# One number, text or word of JSON; anything else is no field that can be signed.
_NUMBER: Final = re.compile(rb"-?[0-9]{1,30}")
_WORDS: Final = {b"": "", b"null": "", b"true": "true", b"false": "false"}


class Wrapper(msgspec.Struct, frozen=True, rename="pascal"):
    """What stands in the list: an object with one field."""

    notification_request_item: msgspec.Raw


class Envelope(msgspec.Struct, frozen=True, rename="camel"):
    """A delivery. `live` is a text, and Adyen signs neither it nor the list."""

    notification_items: tuple[Wrapper, ...]
    live: str | bool | None = None


class _Amount(msgspec.Struct, frozen=True):
    value: msgspec.Raw = NOTHING
    currency: msgspec.Raw = NOTHING


class _AdditionalData(msgspec.Struct, frozen=True, rename="camel"):
    hmac_signature: str | None = None


class _Signed(msgspec.Struct, frozen=True, rename="camel"):
    """The fields that are signed, as they stand."""

    psp_reference: msgspec.Raw = NOTHING
    original_reference: msgspec.Raw = NOTHING
    merchant_account_code: msgspec.Raw = NOTHING
    merchant_reference: msgspec.Raw = NOTHING
    amount: _Amount | None = None
    event_code: msgspec.Raw = NOTHING
    success: msgspec.Raw = NOTHING
    additional_data: _AdditionalData | None = None


def envelope_of(body: bytes) -> Envelope:
    """Return a delivery's list of items, each still as JSON.

    Raises:
        UnusableError: It is none; the field is named.
    """
    return read(body, Envelope)


def signed_items(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield what Adyen signs of each item, and the signature that stands in it.

    Nothing is escaped, so a colon in a field could make it two. Only the shop's own reference may
    have one: every other field is then where it was signed.

    Raises:
        UnusableError: It is no delivery, or an item has no signature or an unclear field.
    """
    for at, wrapper in enumerate(envelope_of(body).notification_items):
        path = f"{AT}[{at}].NotificationRequestItem"
        item = read(wrapper.notification_request_item, _Signed, at=path)
        signature = item.additional_data.hmac_signature if item.additional_data else None
        if not signature:
            raise UnusableError(f"{path}.additionalData.hmacSignature", "missing")
        amount = item.amount or _Amount()
        fields = {
            "pspReference": item.psp_reference,
            "originalReference": item.original_reference,
            "merchantAccountCode": item.merchant_account_code,
            "merchantReference": item.merchant_reference,
            "amount.value": amount.value,
            "amount.currency": amount.currency,
            "eventCode": item.event_code,
            "success": item.success,
        }
        texts = {name: _text(raw, f"{path}.{name}") for name, raw in fields.items()}
        for name, text in texts.items():
            if _SEPARATOR in text and name != "merchantReference":
                raise UnusableError(f"{path}.{name}", "has a colon")
        yield _SEPARATOR.join(texts.values()), signature


def _text(raw: msgspec.Raw, path: str) -> str:
    """Return a field as Adyen writes it into the signed text; empty for what is missing."""
    token = bytes(raw)
    if token in _WORDS:
        return _WORDS[token]
    return token.decode() if _NUMBER.fullmatch(token) else read(raw, str, at=path)
