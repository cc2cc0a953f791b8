"""The body of a Measurement Protocol request, as types; numbers become JSON in one place.

Source: "Measurement Protocol reference", the web variant (?client_type=gtag) and the app one.
Absent fields are left out: nothing documents what GA4 makes of null. Money is Decimal from here to
the JSON edge.
"""

from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from shared.ga4.item import Item
from shared.ga4.user import Consent, Device, UserData, UserLocation, UserProperty

Param = str | int | Decimal
"""What a parameter's value may be, besides `items`."""


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event.

    Attributes:
        name: The event's name.
        params: Its parameters; `items` alone is a list.
        timestamp_micros: When it happened, Unix microseconds; beside the name, as Google's
            examples and its event builder have it.
    """

    name: str
    params: dict[str, Param | list[Item]] = {}
    timestamp_micros: int | None = None


class Request(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the requests of both kinds of stream share.

    Attributes:
        user_id: The shop's opaque id of a signed-in person.
        timestamp_micros: The time of every event that has none of its own, Unix microseconds.
        user_properties: By name.
        user_data: Hashed data the user provided.
        consent: What the person allowed, where known.
        user_location: Where the user is; beats `ip_override`.
        ip_override: The address GA4 derives the place from.
        device: What the user holds; beats `user_agent`.
        validation_behavior: For Google's debug server; unset in production.
        events: Up to 25. A request of user properties or user data alone may have none.
    """

    user_id: str | None = None
    timestamp_micros: int | None = None
    user_properties: dict[str, UserProperty] = {}
    user_data: UserData | None = None
    consent: Consent | None = None
    user_location: UserLocation | None = None
    ip_override: str | None = None
    device: Device | None = None
    validation_behavior: Literal["RELAXED", "ENFORCE_RECOMMENDATIONS"] | None = None
    events: list[Event] = []


class WebRequest(Request, frozen=True, omit_defaults=True, kw_only=True):
    """A request to a web stream.

    Attributes:
        client_id: The browser's id, or a made-up one.
        user_agent: The browser's user agent; GA4 derives the device from it.
    """

    client_id: str
    user_agent: str | None = None


class AppRequest(Request, frozen=True, omit_defaults=True, kw_only=True):
    """A request to an app stream.

    Attributes:
        app_instance_id: The id Firebase gave the installed app: 32 hex digits.
    """

    app_instance_id: str


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def as_json(request: Request) -> dict[str, Any]:
    """Return the request as JSON's types, money still exact: what repair and validation see."""
    document: dict[str, Any] = msgspec.to_builtins(request, builtin_types=(Decimal,))
    for event in document.get("events", ()):
        for item in event.get("params", {}).get("items", ()):
            item.update(item.pop("custom", {}))
    return document


def encode(document: dict[str, Any]) -> bytes:
    """Return the exact bytes that are sent: Decimals as plain JSON numbers, no white space."""
    return _ENCODER.encode(document)
