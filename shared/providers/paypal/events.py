"""PayPal's envelope: from signed bytes to an event."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.paypal.objects import NOTHING
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_OBJECT: Final = "{"


class _Envelope(msgspec.Struct, frozen=True):
    id: _Name
    event_type: _Name
    create_time: Annotated[datetime, msgspec.Meta(tz=True)]
    resource: msgspec.Raw


class _Tagged(msgspec.Struct, frozen=True):
    custom_id: str | None = None
    custom: str | None = None


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    Args:
        delivery: Bytes that PayPal signed.

    Returns:
        The event. Nothing in it says sandbox or live: the two have webhooks with other ids.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    try:
        envelope = read(delivery.body, _Envelope)
        created_at = envelope.create_time.astimezone(UTC)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    except OverflowError:  # the first and the last day of the calendar
        raise MalformedError("create_time: no believable time") from None
    source = Source(delivery.provider, envelope.id, envelope.event_type)
    return (ProviderEvent(source, created_at, live=True, object=envelope.resource),)


def custom_metadata(custom: str | None) -> Metadata:
    """Return what the shop wrote into `custom_id` as JSON; nothing of any other text.

    Args:
        custom: The text. `{"ga_client_id": "…"}` fits; a reference of the shop's own is no JSON.
    """
    text = (custom or "").strip()
    raw = msgspec.Raw(text.encode(errors="surrogatepass")) if text.startswith(_OBJECT) else NOTHING
    return Metadata(raw, at="custom_id")


def references_of(custom: str | None) -> tuple[str, ...]:
    """Return `custom_id` as a reference that a context may have been captured under."""
    text = (custom or "").strip()
    return (text,) if text and not text.startswith(_OBJECT) and "@" not in text else ()


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into an event's object; an unreadable one has nothing."""
    try:
        tagged = read(event.object, _Tagged)
    except UnusableError:
        return Metadata(NOTHING)
    return custom_metadata(tagged.custom_id or tagged.custom)
