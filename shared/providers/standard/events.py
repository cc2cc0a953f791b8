"""The envelope of Standard Webhooks, `{"type", "timestamp", "data"}`, or a billing event bare."""

import re
from datetime import datetime
from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.domain.timestamps import UNIX_EPOCH, from_unix_seconds
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_MAX_NAME: Final = 255
_SECONDS: Final = re.compile(r"[0-9]{1,11}", re.ASCII)
_NOTHING: Final = msgspec.Raw(b"")


class _Head(msgspec.Struct, frozen=True):
    """What names an event. Whatever is wrong with it is the mapping's to say, with its path."""

    schema: Any = None
    type: Any = None
    event_id: Any = None
    environment: Any = None
    account: Any = None
    data: msgspec.Raw = _NOTHING


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    Args:
        delivery: Bytes that the sender signed, and with them the id and the time in its headers.

    Returns:
        The event. Its id is the billing event's own, the same for every copy of the message; an
        event of another kind has the delivery's, which is the same for every retry.

    Raises:
        MalformedError: The bytes are not JSON, or neither an envelope nor a billing event.
    """
    try:
        outer = read(delivery.body, _Head)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    inner, subject = outer, msgspec.Raw(delivery.body)
    if outer.schema is None:
        if not bytes(outer.data):
            raise MalformedError("body: neither an envelope with data nor a billing event")
        inner, subject = _inner(outer.data), outer.data
    event_id = _name(inner.event_id) or _header(delivery, "id")
    if event_id is None:
        raise MalformedError("event_id: missing")
    event_type = _name(inner.type) or _name(outer.type) or "unknown"
    source = Source(delivery.provider, event_id, event_type, _name(inner.account))
    sent_at = _sent_at(delivery)
    return (
        ProviderEvent(
            source=source,
            created_at=sent_at,
            live=inner.environment != "test",
            object=subject,
        ),
    )


def _inner(data: msgspec.Raw) -> _Head:
    """Return the head of what the envelope holds; an empty one of what is no object."""
    try:
        return read(data, _Head)
    except UnusableError:
        return _Head()


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_NAME else None


def _header(delivery: VerifiedDelivery, name: str) -> str | None:
    return _name(delivery.header(f"webhook-{name}") or delivery.header(f"svix-{name}"))


def _sent_at(delivery: VerifiedDelivery) -> datetime:
    """Return when the delivery was signed; a billing event has its own time."""
    text = _header(delivery, "timestamp") or ""
    return from_unix_seconds(int(text)) if _SECONDS.fullmatch(text) else UNIX_EPOCH


class _Tagged(msgspec.Struct, frozen=True):
    metadata: msgspec.Raw = _NOTHING


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the sender wrote into a billing event for the routes.

    Args:
        event: The notification; an object that cannot be read has none.
    """
    try:
        return Metadata(read(event.object, _Tagged).metadata)
    except UnusableError:
        return Metadata(_NOTHING)
