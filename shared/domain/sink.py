"""Which API of Google's takes an event, and what it says of the event that it took."""

from enum import StrEnum
from typing import Final

import msgspec

TOO_OLD: Final = "PROCESSING_ERROR_REASON_EVENT_TOO_OLD"
"""The Data Manager API's name: the event was older than its destination takes."""
DENIED_CONSENT: Final = "PROCESSING_ERROR_REASON_DENIED_CONSENT"
"""Its name: the person denied consent."""
DUPLICATE: Final = "PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID"
"""Its name: the destination has an event of this transaction id already."""


class Sink(StrEnum):
    """An API that takes events for GA4."""

    MEASUREMENT_PROTOCOL = "measurement_protocol"
    DATA_MANAGER = "data_manager"


class Receipt(msgspec.Struct, frozen=True):
    """Where an event stands in a request that the sink took: what its status is asked by.

    Attributes:
        request_id: The sink's own id of the request.
        request_index: The event's place among the request's events, from 0.
        request_size: How many events the request held.
        notes: What the sink warned of, without values.
    """

    request_id: str
    request_index: int
    request_size: int
    notes: tuple[str, ...] = ()
