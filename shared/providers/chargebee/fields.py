"""What the shop wrote beside a payment: `meta_data`, and custom fields that begin with `cf_`."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError
from shared.providers.chargebee.objects import AT, NOTHING
from shared.providers.event import ProviderEvent
from shared.providers.metadata import (
    Metadata,
    consent_of_key,
    decode_metadata,
    is_nothing,
    stricter_answer,
)

_CUSTOM: Final = "cf_"
_ALL_CONSENT: Final = "ga_consent"


class _Written(msgspec.Struct, frozen=True):
    """The objects that can carry fields of the shop's."""

    customer: msgspec.Raw = NOTHING
    subscription: msgspec.Raw = NOTHING


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return the context that the shop wrote: the subscription's over the customer's.

    Of two answers to one question of consent the stricter one counts. What is there and cannot be
    read denies everything.

    Args:
        event: The event; one that cannot be read has none.
    """
    try:
        content = read(event.object, _Written)
    except UnusableError:
        return Metadata(NOTHING)
    merged: dict[str, object] = {}
    for raw in (content.customer, content.subscription):
        for key, value in _fields(raw):
            both = key in merged and consent_of_key(key) is not None
            merged[key] = stricter_answer(merged[key], value) if both else value
    return Metadata(msgspec.Raw(msgspec.json.encode(merged)), at=f"{AT}.meta_data")


def shops_own(event: ProviderEvent) -> Metadata:
    """Return the subscription's `meta_data` alone: no page of Chargebee's lets a buyer write it.

    Args:
        event: The event; one that cannot be read has none.
    """
    try:
        found = _decoded(read(event.object, _Written).subscription)
    except UnusableError:
        return Metadata(NOTHING)
    own = found.get("meta_data")
    if not isinstance(own, Mapping):
        return Metadata(NOTHING)
    return Metadata(msgspec.Raw(msgspec.json.encode(own)), at=f"{AT}.subscription.meta_data")


def _fields(raw: msgspec.Raw) -> Iterator[tuple[str, object]]:
    """Yield the fields of the shop's on one object, the custom ones first."""
    whole = _decoded(raw)
    for key, value in whole.items():
        if key.lower().startswith(_CUSTOM):
            yield key[len(_CUSTOM) :], value
    own = whole.get("meta_data")
    if isinstance(own, str):
        own = _unpacked(own)
    if isinstance(own, Mapping):
        yield from own.items()
    elif not is_nothing(own):
        yield _ALL_CONSENT, False


def _decoded(raw: msgspec.Raw) -> Mapping[str, Any]:
    """Return an object; nothing for what is none."""
    try:
        found = decode_metadata(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _unpacked(text: str) -> object:
    """Return what JSON in a text stands for; the text where it is none."""
    try:
        return decode_metadata(msgspec.Raw(text.encode()))
    except (ValueError, RecursionError):
        return text
