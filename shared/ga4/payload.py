"""The body of a Measurement Protocol request, as types; numbers become JSON in one place.

Source: "Measurement Protocol reference" (?client_type=gtag). Absent fields are left out: nothing
documents what GA4 makes of null.
"""

from decimal import Decimal
from typing import Any, Final

import msgspec

Param = str | int | Decimal
"""What a parameter's value may be. Money is Decimal and is written as a JSON number, exactly."""


class Consent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The two consents GA4 takes, `GRANTED` or `DENIED`; analytics consent is ours to heed."""

    ad_user_data: str | None = None
    ad_personalization: str | None = None


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event.

    Attributes:
        name: The event's name.
        params: Its parameters.
        timestamp_micros: When it happened, Unix microseconds; beside the name, as Google's
            examples and its event builder have it.
    """

    name: str
    params: dict[str, Param]
    timestamp_micros: int | None = None


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request's body, for a web stream.

    Attributes:
        client_id: The browser's id, or a made-up one.
        events: What happened.
        user_id: The shop's opaque id of a signed-in person.
        consent: What the person allowed, where known.
        user_agent: The browser's user agent; GA4 derives the device from it.
    """

    client_id: str
    events: list[Event]
    user_id: str | None = None
    consent: Consent | None = None
    user_agent: str | None = None


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def encode(request: Request) -> bytes:
    """Return the exact bytes that are sent. The same request always gives the same bytes."""
    return _ENCODER.encode(request)


def as_json(request: Request) -> dict[str, Any]:
    """Return the request as validation sees it: JSON's types, money still exact."""
    document: dict[str, Any] = msgspec.to_builtins(request, builtin_types=(Decimal,))
    return document
