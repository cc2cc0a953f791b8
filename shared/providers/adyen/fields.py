"""What an item says beside its signed fields: texts by name, of which Adyen signs none."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError
from shared.providers.adyen.items import NOTHING
from shared.providers.adyen.objects import AT
from shared.providers.event import ProviderEvent
from shared.providers.metadata import (
    Metadata,
    consent_of_key,
    decode_metadata,
    is_nothing,
    stricter_answer,
)

_METADATA: Final = "metadata"
_DENY_ALL: Final[Mapping[str, object]] = {"ga_consent": False}


class _Tagged(msgspec.Struct, frozen=True, rename="camel"):
    additional_data: msgspec.Raw = NOTHING


def additional_data(raw: msgspec.Raw) -> Mapping[str, object] | None:
    """Return the further fields of an item; None where they cannot be read."""
    try:
        found = decode_metadata(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, Mapping):
        return found
    return {} if is_nothing(found) else None


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return the metadata of the payment request: `metadata.KEY` among the further fields.

    The name may be in any case, and all of it may stand in one field: a denial is not lost because
    of that. What is there and cannot be read denies everything.

    Args:
        event: An item; one that cannot be read has none.
    """
    try:
        found = additional_data(read(event.object, _Tagged).additional_data)
    except UnusableError:
        return Metadata(NOTHING)
    own = _written(found) if found is not None else _DENY_ALL
    raw = msgspec.json.encode(own)
    return Metadata(msgspec.Raw(raw), at=f"{AT}.additionalData.metadata")


def _written(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Return what the shop wrote; of two answers to one question the stricter one counts."""
    own: dict[str, object] = {}
    for key, value in _entries(fields):
        both = key in own and consent_of_key(key) is not None
        own[key] = stricter_answer(own[key], value) if both else value
    return own


def _entries(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield each key of the metadata, whichever way it stands in the further fields."""
    for name, value in fields.items():
        before, dot, key = name.partition(".")
        if before.lower() != _METADATA:
            continue
        if dot:
            yield key, value
        elif isinstance(value, Mapping):
            yield from value.items()
        elif not is_nothing(value):
            yield from _DENY_ALL.items()


def text_of(fields: Mapping[str, object], *names: str) -> str | None:
    """Return the first field that is a text, stripped; None where there is none."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:255]
    return None
