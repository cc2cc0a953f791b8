"""PayPal's envelope: from signed bytes to an event."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class _Envelope(msgspec.Struct, frozen=True):
    id: _Name
    event_type: _Name
    create_time: Annotated[datetime, msgspec.Meta(tz=True)]
    resource: msgspec.Raw


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
