"""What the Data Manager API refuses: each with Google's reason, and with the field."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.tools.data_manager.wire import (
    HASH,
    INGEST,
    Clock,
    ads,
    analytics,
    event,
    ingest,
    request,
    running,
    shown,
    stamp,
    violations,
)

E = "events.events[0]"
D = "destinations.destinations[0]"
APP = analytics(stream="1:1234:android:abcdef")


def params(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Parameters as the API has them."""
    return [{"parameterName": name, "value": value} for name, value in pairs]


def item(**more: object) -> dict[str, Any]:
    """A cart with one item; what is None is left out."""
    whole = {"itemId": "mug", "quantity": "1", "unitPrice": 1.5, **more}
    return {"items": [{name: value for name, value in whole.items() if value is not None}]}


def users(*identifiers: dict[str, Any]) -> dict[str, Any]:
    """User data as the API has it."""
    return {"userData": {"userIdentifiers": list(identifiers)}}


ADDRESS = {"givenName": HASH, "familyName": HASH, "regionCode": "DE", "postalCode": "80331"}

EVENTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no name": ({"eventName": None}, ".event_name", "REQUIRED_FIELD_MISSING"),
    "reserved name": ({"eventName": "session_start"}, ".event_name", "INVALID_EVENT_NAME"),
    "app's name": ({"eventName": "screen_view"}, ".event_name", "INVALID_EVENT_NAME"),
    "odd name": ({"eventName": "my event"}, ".event_name", "INVALID_EVENT_NAME"),
    "long name": ({"eventName": "a" * 41}, ".event_name", "FIELD_VALUE_TOO_LONG"),
    "no time": ({"eventTimestamp": None}, ".event_timestamp", "REQUIRED_FIELD_MISSING"),
    "no client": ({"clientId": None}, ".client_id", "REQUIRED_FIELD_MISSING"),
    "both ids": ({"appInstanceId": "a" * 32}, "", "BOTH_CLIENT_ID_AND_APP_INSTANCE_ID_NOT_ALLOWED"),
    "source": (
        {"eventSource": "IN_STORE"},
        ".event_source",
        "EVENT_SOURCE_AND_DESTINATION_MISMATCH",
    ),
    "unknown source": ({"eventSource": 99}, ".event_source", "INVALID_ENUM_VALUE"),
    "unknown consent": (
        {"consent": {"adUserData": 9}},
        ".consent.ad_user_data",
        "INVALID_ENUM_VALUE",
    ),
    "long user": ({"userId": "u" * 257}, ".user_id", "FIELD_VALUE_TOO_LONG"),
    "currency": ({"currency": "euro"}, ".currency", "INVALID_CURRENCY_CODE"),
    "no number": ({"conversionValue": "NaN"}, ".conversion_value", "INVALID_NUMBER_FORMAT"),
    "unknown reference": (
        {"destinationReferences": ["other"]},
        ".destination_references[0]",
        "INVALID_DESTINATION",
    ),
    "reserved parameter": (
        {"additionalEventParameters": params(("ok", "1"), ("ga_x", "1"))},
        ".additional_event_parameters[1].parameter_name",
        "RESERVED_NAME_USED",
    ),
    "repeated field": (
        {"additionalEventParameters": params(("value", "1"))},
        ".additional_event_parameters[0].parameter_name",
        "RESERVED_NAME_USED",
    ),
    "no parameter name": (
        {"additionalEventParameters": [{"value": "1"}]},
        ".additional_event_parameters[0].parameter_name",
        "REQUIRED_FIELD_MISSING",
    ),
    "no parameter value": (
        {"additionalEventParameters": [{"parameterName": "a"}]},
        ".additional_event_parameters[0].value",
        "REQUIRED_FIELD_MISSING",
    ),
    "long parameter": (
        {"additionalEventParameters": params(("a" * 41, "1"))},
        ".additional_event_parameters[0].parameter_name",
        "FIELD_VALUE_TOO_LONG",
    ),
    "long value": (
        {"additionalEventParameters": params(("a", "x" * 101))},
        ".additional_event_parameters[0].value",
        "FIELD_VALUE_TOO_LONG",
    ),
    "many parameters": (
        {"additionalEventParameters": params(*((f"p{n}", "1") for n in range(26)))},
        ".additional_event_parameters",
        "TOO_MANY_ELEMENTS",
    ),
    "reserved property": (
        {
            "userProperties": {
                "additionalUserProperties": [{"propertyName": "user_id", "value": "1"}]
            }
        },
        ".user_properties.additional_user_properties[0].property_name",
        "RESERVED_NAME_USED",
    ),
    "cart without items": (
        {"cartData": {"couponCodes": ["X"]}},
        ".cart_data.items",
        "REQUIRED_FIELD_MISSING",
    ),
    "item without id": (
        {"cartData": item(itemId=None)},
        ".cart_data.items[0].item_id",
        "REQUIRED_FIELD_MISSING",
    ),
    "item without price": (
        {"cartData": item(unitPrice=None)},
        ".cart_data.items[0].unit_price",
        "REQUIRED_FIELD_MISSING",
    ),
    "item without quantity": (
        {"cartData": item(quantity=None)},
        ".cart_data.items[0].quantity",
        "REQUIRED_FIELD_MISSING",
    ),
    "no piece": (
        {"cartData": item(quantity="0")},
        ".cart_data.items[0].quantity",
        "INVALID_NUMBER_FORMAT",
    ),
    "empty coupon": (
        {"cartData": {**item(), "couponCodes": [""]}},
        ".cart_data.coupon_codes[0]",
        "INVALID_COUPON_CODE",
    ),
    "item's parameter": (
        {"cartData": item(additionalItemParameters=params(("price", "1")))},
        ".cart_data.items[0].additional_item_parameters[0].parameter_name",
        "RESERVED_NAME_USED",
    ),
    "others' user data": (
        {"thirdPartyUserData": {}},
        ".third_party_user_data",
        "THIRD_PARTY_USER_DATA_NOT_ALLOWED",
    ),
    "no identifier": (users(), ".user_data.user_identifiers", "REQUIRED_FIELD_MISSING"),
    "many identifiers": (
        users(*[{"emailAddress": HASH}] * 11),
        ".user_data.user_identifiers",
        "TOO_MANY_USER_IDENTIFIERS",
    ),
    "plain address": (
        users({"emailAddress": HASH}, {"emailAddress": "a@b.example"}),
        ".user_data.user_identifiers[1].email_address",
        "INVALID_HEX_ENCODING",
    ),
    "capitals": (
        users({"phoneNumber": HASH.upper()}),
        ".user_data.user_identifiers[0].phone_number",
        "INVALID_HEX_ENCODING",
    ),
    "short hash": (
        users({"emailAddress": HASH[:40]}),
        ".user_data.user_identifiers[0].email_address",
        "INVALID_SHA256_FORMAT",
    ),
    "half an address": (
        users({"address": {**ADDRESS, "postalCode": ""}}),
        ".user_data.user_identifiers[0].address.postal_code",
        "REQUIRED_FIELD_MISSING",
    ),
    "plain name": (
        users({"address": {**ADDRESS, "familyName": "doe"}}),
        ".user_data.user_identifiers[0].address.family_name",
        "INVALID_HEX_ENCODING",
    ),
    "country": (
        users({"address": {**ADDRESS, "regionCode": "Germany"}}),
        ".user_data.user_identifiers[0].address.region_code",
        "INVALID_REGION_CODE",
    ),
}


@pytest.mark.parametrize("case", EVENTS)
def test_an_event_is_refused(client: httpx.Client, case: str) -> None:
    """With the reason and the one field; the same request without the fault is taken."""
    more, field, reason = EVENTS[case]
    assert violations(ingest(client, event(**more), encoding="HEX")) == [(f"{E}{field}", reason)]
    assert ingest(client, event(), encoding="HEX").status_code == 200


def _without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


def _account(**more: str) -> dict[str, Any]:
    account = {**analytics()["operatingAccount"], **more}
    return {**analytics(), "operatingAccount": account, "loginAccount": account}


DESTINATIONS: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "none": ([], "destinations.destinations", "REQUIRED_FIELD_MISSING"),
    "no account": (
        [_without(analytics(), "operatingAccount")],
        f"{D}.operating_account",
        "REQUIRED_FIELD_MISSING",
    ),
    "no stream": (
        [_without(analytics(), "productDestinationId")],
        f"{D}.product_destination_id",
        "REQUIRED_FIELD_MISSING",
    ),
    "no account id": (
        [_without(_account(accountId=""), "loginAccount")],
        f"{D}.operating_account.account_id",
        "REQUIRED_FIELD_MISSING",
    ),
    "account id with a letter": (
        [_without(_account(accountId="G-1"), "loginAccount")],
        f"{D}.operating_account.account_id",
        "INVALID_DESTINATION",
    ),
    "stream": (
        [analytics(stream="UA-1")],
        f"{D}.product_destination_id",
        "INVALID_DESTINATION",
    ),
    "login of another": (
        [{**analytics(), "loginAccount": {**analytics()["loginAccount"], "accountId": "5"}}],
        f"{D}.login_account",
        "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH",
    ),
    "linked account": (
        [{**analytics(), "linkedAccount": analytics()["loginAccount"]}],
        f"{D}.linked_account",
        "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT",
    ),
    "same reference": (
        [analytics(), ads("ga4")],
        "destinations.destinations[1].reference",
        "DUPLICATE_DESTINATION_REFERENCE",
    ),
    "two streams": (
        [analytics("a"), analytics("b", "G-OTHER")],
        f"{E}.destination_references",
        "MULTIPLE_DESTINATIONS_FOR_GOOGLE_ANALYTICS_EVENT",
    ),
    "too many": (
        [ads(str(n)) for n in range(11)],
        "destinations.destinations",
        "TOO_MANY_DESTINATIONS",
    ),
    "conversion action": (
        [{**ads(), "productDestinationId": "AW-1"}],
        f"{D}.product_destination_id",
        "INVALID_CONVERSION_ACTION_ID",
    ),
    "an app's stream": ([APP], f"{E}.app_instance_id", "REQUIRED_FIELD_MISSING"),
}


@pytest.mark.parametrize("case", DESTINATIONS)
def test_destinations_are_refused(client: httpx.Client, case: str) -> None:
    """With the reason and the field."""
    destinations, field, reason = DESTINATIONS[case]
    click = event(adIdentifiers={"gclid": "x"})
    answer = client.post(INGEST, json={**request(click), "destinations": destinations})

    assert (field, reason) in violations(answer)


def test_google_ads_needs_somebody_to_match(client: httpx.Client) -> None:
    """Any one of its identifiers will do; the source it needs in any case."""
    more = {"destinations": [ads()], "encoding": "HEX"}
    assert violations(ingest(client, event(), **more)) == [(E, "NO_IDENTIFIERS_PROVIDED")]
    ways: list[dict[str, Any]] = [
        {"adIdentifiers": {"gclid": "x"}},
        {"adIdentifiers": {"sessionAttributes": "eA"}},
        {"eventDeviceInfo": {"ipAddress": "192.0.2.1"}},
        users({"emailAddress": HASH}),
    ]
    for identifiers in ways:
        assert ingest(client, event(**identifiers), **more).status_code == 200
    unknown = event(eventSource=None, adIdentifiers={"gclid": "x"})
    assert violations(ingest(client, unknown, **more)) == [
        (f"{E}.event_source", "REQUIRED_FIELD_MISSING")
    ]


def test_events_are_needed_and_not_too_many(client: httpx.Client) -> None:
    """One to 2,000."""
    empty = client.post(INGEST, json={"destinations": [analytics()]})
    assert violations(empty) == [("events.events", "REQUIRED_FIELD_MISSING")]
    many = client.post(INGEST, json=request(*[event()] * 2_001))
    assert violations(many) == [("events.events", "TOO_MANY_EVENTS")]
    assert shown(client) == []


def test_user_data_needs_an_encoding(client: httpx.Client) -> None:
    """Only where there is any."""
    answer = ingest(client, event(**users({"emailAddress": HASH})))
    assert violations(answer) == [("encoding", "REQUIRED_FIELD_MISSING")]


def test_base64_is_an_encoding_too(client: httpx.Client) -> None:
    """Of the hash's 32 bytes."""
    good = "DH5qQFhi5ALrdqcPiib8cy0Hwykx6frpqxWCkR0uijs="
    for value, found in (
        (good, []),
        (HASH, [(f"{E}.user_data.user_identifiers[0].email_address", "INVALID_SHA256_FORMAT")]),
        ("a.b", [(f"{E}.user_data.user_identifiers[0].email_address", "INVALID_BASE64_ENCODING")]),
    ):
        answer = ingest(client, event(**users({"emailAddress": value})), encoding="BASE64")
        assert (violations(answer) if found else []) == found
        assert answer.status_code == (400 if found else 200)


def test_the_window_is_72_hours() -> None:
    """To the microsecond, and for Google Analytics only; nothing is ahead of its time."""
    clock = Clock()
    tick = timedelta(microseconds=1)
    outside = [(f"{E}.event_timestamp", "EVENT_TIME_INVALID")]
    old = clock.now - timedelta(hours=72)
    with running(clock) as client:
        for moment, found in (
            (clock.now, []),
            (clock.now + tick, outside),
            (old, []),
            (old - tick, outside),
        ):
            answer = ingest(client, event(eventTimestamp=stamp(moment)))
            assert (violations(answer) if found else []) == found
            assert answer.status_code == (400 if found else 200)
        click = event(eventTimestamp=stamp(old - tick), adIdentifiers={"gclid": "x"})
        assert ingest(client, click, destinations=[ads()]).status_code == 200


def test_every_violation_is_named(client: httpx.Client) -> None:
    """With the place of each event; the error is in Google's whole shape."""
    answer = ingest(client, event(eventName=None), event(), event(clientId=None))

    error = answer.json()["error"]
    kinds = [detail["@type"].rpartition(".")[2] for detail in error["details"]]
    request_ids = {detail.get("requestId") for detail in error["details"][1:2]}
    assert violations(answer) == [
        ("events.events[0].event_name", "REQUIRED_FIELD_MISSING"),
        ("events.events[2].client_id", "REQUIRED_FIELD_MISSING"),
    ]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"] == "There was a problem with the request."
    assert kinds == ["ErrorInfo", "RequestInfo", "BadRequest"]
    info = error["details"][0]
    assert (info["reason"], info["domain"]) == ("INVALID_ARGUMENT", "datamanager.googleapis.com")
    assert {info["metadata"]["requestId"]} == request_ids
