"""One event of a provider, read as far as every event is alike."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from shared.conversions.conversion import Source


@dataclass(frozen=True, slots=True)
class Notification:
    """A provider's event whose own object is not read yet.

    Attributes:
        source: Provider, event id, type and account.
        created_at: When the provider made the event, UTC.
        live: False for the provider's test mode.
        object: The event's object, still as JSON.
    """

    source: Source
    created_at: datetime
    live: bool
    object: msgspec.Raw
