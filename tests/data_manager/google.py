"""Google's own types: what they read from our JSON, and write back."""

import json
from typing import Any

from google.ads.datamanager_v1 import IngestEventsRequest


def request_of(*bodies: bytes) -> bytes:
    """Return a request that holds events, joined as the sink joins them."""
    return b'{"events":[' + b",".join(bodies) + b"]}"


def through_google(*bodies: bytes) -> list[Any]:
    """Return events as Google's types write them after reading them.

    Raises:
        Exception: A field is unknown to them, or of another type.
    """
    read = IngestEventsRequest.from_json(request_of(*bodies))
    text = IngestEventsRequest.to_json(
        read, use_integers_for_enums=False, always_print_fields_with_no_presence=False
    )
    events: list[Any] = json.loads(text)["events"]
    return events


def as_google_writes(event: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return an event as Google's types write it: no fraction of zero, no price of zero."""
    stamp = event["eventTimestamp"]
    head, _, fraction = stamp.removesuffix("Z").partition(".")
    digits = fraction.rstrip("0")
    padded = digits.ljust(-(-len(digits) // 3) * 3, "0")
    written = {**event, "eventTimestamp": f"{head}.{padded}Z" if digits else f"{head}Z"}
    if "cartData" in event:
        items = [
            {name: value for name, value in item.items() if name != "unitPrice" or value}
            for item in event["cartData"]["items"]
        ]
        written["cartData"] = {**event["cartData"], "items": items}
    return written
