"""Polar's envelope, `{"type", "timestamp", "data"}`: from signed bytes to an event."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.domain.timestamps import UNIX_EPOCH, from_unix_seconds
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.polar.objects import NOTHING, Moment
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_MAX_NAME: Final = 255
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX_NAME)]
_SECONDS: Final = re.compile(r"[0-9]{1,11}", re.ASCII)


class _Envelope(msgspec.Struct, frozen=True):
    type: _Name
    data: msgspec.Raw
    # The first versions of Polar's API do not send it.
    timestamp: Moment | None = None


class _Tagged(msgspec.Struct, frozen=True):
    metadata: msgspec.Raw = NOTHING


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    Args:
        delivery: Bytes that Polar signed, and with them the id and the time in its headers.

    Returns:
        The event. Its id is `webhook-id`, the same for every retry: the body has none. Polar has
        no test mode: its sandbox is another server, whose endpoints have other secrets.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    event_id = delivery.header("webhook-id") or ""
    if not 0 < len(event_id) <= _MAX_NAME:
        raise MalformedError(f"webhook-id: expected text of 1 to {_MAX_NAME} characters")
    try:
        envelope = read(delivery.body, _Envelope)
        created_at = (envelope.timestamp or _sent_at(delivery)).astimezone(UTC)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    except OverflowError:  # the first and the last day of the calendar
        raise MalformedError("timestamp: no believable time") from None
    source = Source(delivery.provider, event_id, envelope.type)
    return (ProviderEvent(source, created_at, live=True, object=envelope.data),)


def _sent_at(delivery: VerifiedDelivery) -> datetime:
    """Return when the delivery was signed."""
    text = delivery.header("webhook-timestamp") or ""
    return from_unix_seconds(int(text)) if _SECONDS.fullmatch(text) else UNIX_EPOCH


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into an event's object; an unreadable one has none."""
    try:
        return Metadata(read(event.object, _Tagged).metadata)
    except UnusableError:
        return Metadata(NOTHING)
