"""Paddle's envelope: from signed bytes to a notification."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
# Nothing in a payload says sandbox or live account, whose secrets differ; but the ids
# of simulated events begin so.
_SIMULATED: Final = "ntfsim"


class _Envelope(msgspec.Struct, frozen=True):
    event_id: _Name
    event_type: _Name
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    data: msgspec.Raw
    notification_id: _Name | None = None


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    Args:
        delivery: Bytes that Paddle signed.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    try:
        envelope = read(delivery.body, _Envelope)
        occurred_at = envelope.occurred_at.astimezone(UTC)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    except OverflowError:  # the first and the last day of the calendar
        raise MalformedError("occurred_at: no believable time") from None
    names = (envelope.event_id, envelope.notification_id or "")
    return (
        ProviderEvent(
            source=Source(delivery.provider, envelope.event_id, envelope.event_type),
            created_at=occurred_at,
            live=not any(name.startswith(_SIMULATED) for name in names),
            object=envelope.data,
        ),
    )
