"""What Google refuses of a request that has the right form, and what it only warns of.

One bad required field of one event fails the whole request. A bad optional field is a warning.
Where Google's pages do not say which of the two it is, what is required by them is an error.

Sources: https://developers.google.com/data-manager/api/devguides/events/send-events and
https://developers.google.com/data-manager/api/devguides/concepts/understand-errors
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shared.ga4.limits import (
    APP_ONLY_EVENTS,
    CURRENCY,
    EVENT_NAME_LENGTH,
    LONGER_PARAM_VALUES,
    NAME,
    PARAM_NAME_LENGTH,
    PARAM_VALUE_LENGTH,
    PARAMS_PER_EVENT,
    RESERVED_EVENTS,
    RESERVED_USER_PROPERTIES,
    RESERVED_USER_PROPERTY_PREFIXES,
    UNLIMITED_PARAMS,
    USER_ID_LENGTH,
    USER_PROPERTIES_PER_REQUEST,
    USER_PROPERTY_NAME_LENGTH,
    USER_PROPERTY_VALUE_LENGTH,
)
from shared.ga4.rules.name import is_free_param
from tools.data_manager.cart import check_cart
from tools.data_manager.destinations import ADS, Destination, check_destinations, chosen
from tools.data_manager.structure import read_timestamp
from tools.data_manager.user_data import check_user_data
from tools.data_manager.violations import (
    Violation,
    check_name,
    in_snake,
    missing,
    not_an_enum,
    too_long,
    too_many,
)

MOST_EVENTS: Final = 2_000
OLDEST: Final = timedelta(hours=72)
_MOST_VIOLATIONS: Final = 50
_FIELD: Final = "events.events"
_NO_ENCODING: Final = "ENCODING_UNSPECIFIED"
_ENUMS: Final = {
    "eventSource": (),
    "adUserData": ("consent",),
    "adPersonalization": ("consent",),
    "customerType": ("userProperties",),
    "customerValueBucket": ("userProperties",),
}
_OWN_FIELDS: Final = {
    "value": "conversionValue",
    "currency": "currency",
    "transaction_id": "transactionId",
}
"""A parameter → the field that says the same; both at once are refused."""

_AD_IDENTIFIERS: Final = ("gclid", "gbraid", "wbraid", "sessionAttributes", "mobileDeviceId")


def check_request(request: Mapping[str, Any], now: datetime) -> list[Violation]:
    """Return what Google would refuse a request for.

    Args:
        request: An `IngestEventsRequest`, as `read_structure` returns it.
        now: When it arrived.
    """
    found = list(check_destinations(request))
    events = request.get("events", ())
    if not events:
        found.append(missing(_FIELD))
    if len(events) > MOST_EVENTS:
        text = f"Maximum number of events allowed per request is {MOST_EVENTS:,}."
        found.append(Violation(_FIELD, text, "TOO_MANY_EVENTS"))
        return found
    if any("userData" in event for event in events) and not _has_encoding(request):
        found.append(missing("encoding"))
    destinations = [Destination.of(each) for each in request.get("destinations", ())]
    for number, event in enumerate(events):
        found += _check_event(event, f"{_FIELD}[{number}]", destinations, request, now)
        if len(found) >= _MOST_VIOLATIONS:
            break
    return found[:_MOST_VIOLATIONS]


def _has_encoding(request: Mapping[str, Any]) -> bool:
    return bool(request.get("encoding", _NO_ENCODING) != _NO_ENCODING)


def _check_event(
    event: Mapping[str, Any],
    path: str,
    destinations: Sequence[Destination],
    request: Mapping[str, Any],
    now: datetime,
) -> Iterator[Violation]:
    goes_to = chosen(event, destinations)
    known = {each.reference for each in destinations if each.reference}
    for number, reference in enumerate(event.get("destinationReferences", ())):
        if reference not in known:
            place = f"{path}.destination_references[{number}]"
            yield Violation(place, "This Destination is not valid.", "INVALID_DESTINATION")
    analytics = [each for each in goes_to if each.is_analytics]
    if len(analytics) > 1:
        text = "An event had 2 or more Google Analytics destinations."
        reason = "MULTIPLE_DESTINATIONS_FOR_GOOGLE_ANALYTICS_EVENT"
        yield Violation(f"{path}.destination_references", text, reason)
    yield from _check_time(event, path, now, is_analytics=bool(analytics))
    yield from _check_common(event, path)
    if analytics:
        yield from _check_for_analytics(event, path, analytics[0])
    if any(each.account_type == ADS for each in goes_to):
        yield from _check_for_ads(event, path)
    if "userData" in event:
        yield from check_user_data(event["userData"], f"{path}.user_data", request)
    if "cartData" in event:
        place = f"{path}.cart_data"
        yield from check_cart(event["cartData"], place, is_analytics=bool(analytics))


def _check_time(
    event: Mapping[str, Any], path: str, now: datetime, *, is_analytics: bool
) -> Iterator[Violation]:
    place = f"{path}.event_timestamp"
    stamp = read_timestamp(event.get("eventTimestamp", ""))
    if stamp is None:
        yield missing(place)
    elif stamp > now or (is_analytics and stamp < now - OLDEST):
        text = "Event did not occur within the acceptable time window."
        yield Violation(place, text, "EVENT_TIME_INVALID")


def _check_common(event: Mapping[str, Any], path: str) -> Iterator[Violation]:
    for name, holders in _ENUMS.items():
        holder: Mapping[str, Any] = event
        place = path
        for each in holders:
            holder, place = holder.get(each, {}), f"{place}.{in_snake(each)}"
        if isinstance(holder.get(name), int):
            where = f"{place}.{in_snake(name)}"
            yield not_an_enum(where)
    currency = event.get("currency")
    if currency and not CURRENCY.fullmatch(currency):
        text = "The currency code is not supported."
        yield Violation(f"{path}.currency", text, "INVALID_CURRENCY_CODE")
    if event.get("conversionValue") in ("NaN", "Infinity", "-Infinity"):
        yield Violation(
            f"{path}.conversion_value", "Invalid number format.", "INVALID_NUMBER_FORMAT"
        )
    if "thirdPartyUserData" in event:
        text = "Third party user data can only be set by data partners."
        yield Violation(f"{path}.third_party_user_data", text, "THIRD_PARTY_USER_DATA_NOT_ALLOWED")


def _check_for_ads(event: Mapping[str, Any], path: str) -> Iterator[Violation]:
    if event.get("eventSource", "EVENT_SOURCE_UNSPECIFIED") == "EVENT_SOURCE_UNSPECIFIED":
        yield missing(f"{path}.event_source")
    identifiers = event.get("adIdentifiers", {})
    addresses = (
        event.get("eventDeviceInfo", {}).get("ipAddress"),
        identifiers.get("landingPageDeviceInfo", {}).get("ipAddress"),
    )
    has_any = any(map(identifiers.get, _AD_IDENTIFIERS)) or "userData" in event or any(addresses)
    if not has_any:
        text = "Events data contains no user identifiers or ad identifiers."
        yield Violation(path, text, "NO_IDENTIFIERS_PROVIDED")


def _check_for_analytics(
    event: Mapping[str, Any], path: str, destination: Destination
) -> Iterator[Violation]:
    yield from _check_name(event.get("eventName", ""), f"{path}.event_name", destination)
    wanted = "appInstanceId" if destination.is_app else "clientId"
    if event.get("clientId") and event.get("appInstanceId"):
        text = "Both app_instance_id and client_id are set."
        yield Violation(path, text, "BOTH_CLIENT_ID_AND_APP_INSTANCE_ID_NOT_ALLOWED")
    elif not event.get(wanted):
        yield missing(f"{path}.{in_snake(wanted)}")
    source = event.get("eventSource", "EVENT_SOURCE_UNSPECIFIED")
    fitting = "APP" if destination.is_app else "WEB"
    if source not in ("EVENT_SOURCE_UNSPECIFIED", fitting) and not isinstance(source, int):
        text = "The event source type does not match the destination type."
        yield Violation(f"{path}.event_source", text, "EVENT_SOURCE_AND_DESTINATION_MISMATCH")
    if len(event.get("userId", "")) > USER_ID_LENGTH:
        yield too_long(f"{path}.user_id")
    yield from _check_params(event, path)
    yield from _check_user_properties(event.get("userProperties", {}), f"{path}.user_properties")


def _check_name(name: str, path: str, destination: Destination) -> Iterator[Violation]:
    if not name:
        yield missing(path)
    elif len(name) > EVENT_NAME_LENGTH:
        yield too_long(path)
    elif (
        not NAME.fullmatch(name)
        or name in RESERVED_EVENTS
        or (name in APP_ONLY_EVENTS and not destination.is_app)
    ):
        yield Violation(path, "The event name is not supported.", "INVALID_EVENT_NAME")


def _check_params(event: Mapping[str, Any], path: str) -> Iterator[Violation]:
    params = event.get("additionalEventParameters", ())
    place = f"{path}.additional_event_parameters"
    if len(params) > PARAMS_PER_EVENT:
        yield too_many(place)
    for number, param in enumerate(params):
        where = f"{place}[{number}]"
        name = param.get("parameterName", "")
        yield from check_name(
            param,
            where,
            key="parameterName",
            most=PARAM_NAME_LENGTH,
            is_free=is_free_param(name) and _OWN_FIELDS.get(name) not in event,
        )
        most = LONGER_PARAM_VALUES.get(name, PARAM_VALUE_LENGTH)
        if name not in UNLIMITED_PARAMS and len(param.get("value", "")) > most:
            yield too_long(f"{where}.value")


def _check_user_properties(properties: Mapping[str, Any], path: str) -> Iterator[Violation]:
    more = properties.get("additionalUserProperties", ())
    place = f"{path}.additional_user_properties"
    if len(more) > USER_PROPERTIES_PER_REQUEST:
        yield too_many(place)
    for number, each in enumerate(more):
        where = f"{place}[{number}]"
        name = each.get("propertyName", "")
        is_reserved = name.startswith(RESERVED_USER_PROPERTY_PREFIXES)
        yield from check_name(
            each,
            where,
            key="propertyName",
            most=USER_PROPERTY_NAME_LENGTH,
            is_free=not is_reserved and name not in RESERVED_USER_PROPERTIES,
        )
        if len(each.get("value", "")) > USER_PROPERTY_VALUE_LENGTH:
            yield too_long(f"{where}.value")
