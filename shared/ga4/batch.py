"""Which events may share a request: those of one user, under one consent.

Source: "Measurement Protocol reference": everything beside `events` holds for all of them, up to
25 events and fewer than 130 kB.
"""

from collections.abc import Iterable, Iterator

import msgspec

from shared.ga4.limits import BODY_BYTES, EVENTS_PER_REQUEST
from shared.ga4.payload import Request, as_json, encode


def batches(requests: Iterable[Request]) -> Iterator[Request]:
    """Join neighbours that say the same of their user; the order is kept.

    Only neighbours are joined: an event never overtakes another's, and what was read is never
    held longer than one request. The time of a request moves into its events, so that events of
    different times can share one.

    Args:
        requests: Requests of any number of events each, in order.

    Yields:
        Requests within GA4's limits. One that is too large by itself comes out as it is, for
        validation to refuse.
    """
    joined: Request | None = None
    size = 0
    for request in map(_timed, requests):
        added = _size(request)
        if joined is not None and _fit(joined, request, size + added):
            joined = msgspec.structs.replace(joined, events=joined.events + request.events)
            size += added
            continue
        if joined is not None:
            yield joined
        joined, size = request, added
    if joined is not None:
        yield joined


def _fit(joined: Request, request: Request, size: int) -> bool:
    return (
        size < BODY_BYTES
        and len(joined.events) + len(request.events) <= EVENTS_PER_REQUEST
        and msgspec.structs.replace(joined, events=[])
        == msgspec.structs.replace(request, events=[])
    )


def _timed(request: Request) -> Request:
    """Return the request with its time on each of its events."""
    if request.timestamp_micros is None or not request.events:
        return request
    events = [
        msgspec.structs.replace(event, timestamp_micros=request.timestamp_micros)
        if event.timestamp_micros is None
        else event
        for event in request.events
    ]
    return msgspec.structs.replace(request, events=events, timestamp_micros=None)


def _size(request: Request) -> int:
    """Return the bytes of a request: an upper bound of what it adds to another's."""
    return len(encode(as_json(request)))
