"""The body of a Measurement Protocol request, as types; numbers become JSON in one place.

Source: "Measurement Protocol reference", the web variant (?client_type=gtag) and the app one.
Absent fields are left out: nothing documents what GA4 makes of null. Money is Decimal from here to
the JSON edge.
"""

from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from shared.domain.consent import Consent
from shared.domain.device import Device
from shared.domain.user_data import UserData
from shared.domain.user_location import UserLocation

Param = str | int | Decimal
"""What a parameter's value may be, besides `items`."""


class Item(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One product of an order or a list; `item_id` or `item_name` is needed.

    Attributes:
        price: Per unit, after discount, major units.
        discount: Per unit, major units.
        quantity: How many; GA4 takes one where it is absent.
        index: The place in a list.
        creative_name: With `select_promotion` and `view_promotion` only, as the three below.
        custom: Parameters of one's own, by name; they stand beside the others on the wire.
    """

    item_id: str | None = None
    item_name: str | None = None
    affiliation: str | None = None
    coupon: str | None = None
    discount: Decimal | None = None
    index: int | None = None
    item_brand: str | None = None
    item_category: str | None = None
    item_category2: str | None = None
    item_category3: str | None = None
    item_category4: str | None = None
    item_category5: str | None = None
    item_list_id: str | None = None
    item_list_name: str | None = None
    item_variant: str | None = None
    location_id: str | None = None
    price: Decimal | None = None
    quantity: int | Decimal | None = None
    creative_name: str | None = None
    creative_slot: str | None = None
    promotion_id: str | None = None
    promotion_name: str | None = None
    custom: dict[str, str | int | Decimal] = {}


class UserProperty(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user property; never a bare value.

    Attributes:
        value: Text or a number.
        timestamp_micros: Since when it holds, Unix microseconds; the newest value wins.
    """

    value: str | int | Decimal
    timestamp_micros: int | None = None


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
        consent: What the person allowed; its analytics consent is ours to follow, and not sent.
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


# The two that GA4 takes.
_CONSENTS: Final = ("ad_user_data", "ad_personalization")
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def as_json(request: Request) -> dict[str, Any]:
    """Return the request as JSON's types, money still exact: what repair and validation see."""
    document: dict[str, Any] = msgspec.to_builtins(request, builtin_types=(Decimal,))
    for event in document.get("events", ()):
        for item in event.get("params", {}).get("items", ()):
            item.update(item.pop("custom", {}))
    for part in ("user_data", "user_location", "device"):
        if part in document:
            document[part] = _without_blanks(document[part])
    if request.consent is not None:
        document["consent"] = {
            name: choice.name
            for name in _CONSENTS
            if (choice := getattr(request.consent, name)) is not None
        }
    return document


def _without_blanks(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON without what the domain's types leave empty: nulls and empty lists."""
    if isinstance(value, dict):
        return {k: _without_blanks(v) for k, v in value.items() if v not in (None, (), [])}
    if isinstance(value, list | tuple):
        return [_without_blanks(child) for child in value]
    return value


def encode(document: dict[str, Any]) -> bytes:
    """Return the exact bytes that are sent: Decimals as plain JSON numbers, no white space."""
    return _ENCODER.encode(document)
