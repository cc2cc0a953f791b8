"""Which API of Google's takes an event, and what it says of the event that it took."""

from dataclasses import dataclass
from enum import StrEnum


class Sink(StrEnum):
    """An API that takes events for GA4."""

    MEASUREMENT_PROTOCOL = "measurement_protocol"
    DATA_MANAGER = "data_manager"


@dataclass(frozen=True, slots=True)
class Receipt:
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
