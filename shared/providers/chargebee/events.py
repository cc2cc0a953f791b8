"""Chargebee's envelope: from a delivery's bytes to an event."""

from typing import Annotated

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.domain.timestamps import from_unix_seconds
from shared.errors import MalformedError, UnusableError
from shared.providers.chargebee.objects import Seconds
from shared.providers.event import ProviderEvent
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class _Envelope(msgspec.Struct, frozen=True):
    id: _Name
    event_type: _Name
    occurred_at: Seconds
    content: msgspec.Raw
    api_version: str | None = None


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    A test site has webhooks and passwords of its own, and nothing in a payload says which it is.

    Args:
        delivery: Bytes that came with the right password.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    try:
        envelope = read(delivery.body, _Envelope)
        occurred_at = from_unix_seconds(envelope.occurred_at)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    return (
        ProviderEvent(
            source=Source(delivery.provider, envelope.id, envelope.event_type),
            created_at=occurred_at,
            live=True,
            object=envelope.content,
            api_version=envelope.api_version,
            signed_at=occurred_at,
        ),
    )
