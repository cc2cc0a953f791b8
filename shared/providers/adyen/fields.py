"""What an item says beside its signed fields: texts by name, of which Adyen signs none."""

from collections.abc import Mapping
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError
from shared.providers.adyen.items import NOTHING
from shared.providers.adyen.objects import AT
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata, decode_metadata, is_nothing

_METADATA: Final = "metadata."
_DENY_ALL: Final = {"ga_consent": False}


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

    What is there and cannot be read denies everything.

    Args:
        event: An item; one that cannot be read has none.
    """
    try:
        found = additional_data(read(event.object, _Tagged).additional_data)
    except UnusableError:
        return Metadata(NOTHING)
    own = {
        key.removeprefix(_METADATA): value
        for key, value in (found or {}).items()
        if key.startswith(_METADATA)
    }
    raw = msgspec.json.encode(own if found is not None else _DENY_ALL)
    return Metadata(msgspec.Raw(raw), at=f"{AT}.additionalData.metadata")


def text_of(fields: Mapping[str, object], *names: str) -> str | None:
    """Return the first field that is a text, stripped; None where there is none."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:255]
    return None
