"""What would fail the whole request is refused before it is sent; what only warns is not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
from google.ads.datamanager_v1 import ErrorReason

from shared.data_manager.event import Event
from shared.data_manager.rules import check, faults
from shared.data_manager.rules.reasons import Reason
from shared.ga4.findings import Level
from tests.support.rows import every

NOW: Final = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HASH: Final = "0a" * 32
ITEM: Final = {"itemId": "a", "quantity": "1", "unitPrice": 1}
ADDRESS: Final = {
    "givenName": HASH,
    "familyName": HASH,
    "regionCode": "AT",
    "postalCode": "8010",
}
PURCHASE: Final[dict[str, Any]] = {
    "eventName": "purchase",
    "eventSource": "WEB",
    "eventTimestamp": "2026-11-26T11:00:00.000001Z",
    "clientId": "1.2",
    "userId": "u-1",
    "transactionId": "ORD-9",
    "currency": "EUR",
    "conversionValue": Decimal("19.99"),
    "cartData": {"items": [ITEM], "couponCodes": ["X"]},
    "consent": {"adUserData": "CONSENT_GRANTED"},
    "userData": {"userIdentifiers": [{"emailAddress": HASH}, {"address": ADDRESS}]},
    "adIdentifiers": {"gclid": "Cj0"},
    "userProperties": {"additionalUserProperties": [{"propertyName": "a", "value": "b"}]},
    "eventLocation": {"regionCode": "AT", "subdivisionCode": "AT-6"},
    "eventDeviceInfo": {"ipAddress": "192.0.2.7", "screenWidth": 1280, "screenHeight": 720},
    "additionalEventParameters": [{"parameterName": "tax", "value": "1.5"}],
    "destinationReferences": ["ga4", "ads"],
}


def event(**changes: Any) -> Event:  # noqa: ANN401 - any JSON
    """Return a purchase with other values under some of its names; None takes one away."""
    whole = {name: value for name, value in {**PURCHASE, **changes}.items() if value is not None}
    return msgspec.convert(whole, Event)


def cart(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return a cart of one item that is changed."""
    return {"cartData": {"items": [{**ITEM, **changes}]}}


def person(*identifiers: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return user data."""
    return {"userData": {"userIdentifiers": list(identifiers)}}


def params(*pairs: tuple[str, str]) -> dict[str, Any]:
    """Return further parameters."""
    listed = [{"parameterName": name, "value": value} for name, value in pairs]
    return {"additionalEventParameters": listed}


def properties(*pairs: tuple[str, str]) -> dict[str, Any]:
    """Return user properties."""
    listed = [{"propertyName": name, "value": value} for name, value in pairs]
    return {"userProperties": {"additionalUserProperties": listed}}


PARAM: Final = "additionalEventParameters[0]"
PROPERTY: Final = "userProperties.additionalUserProperties[0]"
IDENTIFIER: Final = "userData.userIdentifiers[0]"
FAULTS: Final[dict[str, tuple[dict[str, Any], str, Reason]]] = {
    "no name": ({"eventName": ""}, "eventName", Reason.REQUIRED_FIELD_MISSING),
    "a reserved name": ({"eventName": "first_visit"}, "eventName", Reason.INVALID_EVENT_NAME),
    "a name for apps": ({"eventName": "in_app_purchase"}, "eventName", Reason.INVALID_EVENT_NAME),
    "a name too long": ({"eventName": "a" * 41}, "eventName", Reason.INVALID_EVENT_NAME),
    "no id": ({"clientId": None}, "clientId", Reason.REQUIRED_FIELD_MISSING),
    "a placeholder": ({"clientId": "undefined"}, "clientId", Reason.REQUIRED_FIELD_MISSING),
    "both ids": ({"appInstanceId": "a" * 32}, "appInstanceId", Reason.BOTH_IDS),
    "an app's source": ({"eventSource": "APP"}, "eventSource", Reason.EVENT_SOURCE_MISMATCH),
    "an app's id of another form": (
        {"eventSource": "APP", "clientId": None, "appInstanceId": "abc"},
        "appInstanceId",
        Reason.INVALID_FORMAT,
    ),
    "a blank user": ({"userId": " "}, "userId", Reason.INVALID_FORMAT),
    "a user too long": ({"userId": "u" * 257}, "userId", Reason.FIELD_VALUE_TOO_LONG),
    "no time": ({"eventTimestamp": ""}, "eventTimestamp", Reason.REQUIRED_FIELD_MISSING),
    "no RFC 3339": ({"eventTimestamp": "1795435195"}, "eventTimestamp", Reason.INVALID_FORMAT),
    "no such day": (
        {"eventTimestamp": "2026-13-26T11:00:00Z"},
        "eventTimestamp",
        Reason.INVALID_FORMAT,
    ),
    "more than 72 hours ago": (
        {"eventTimestamp": "2026-11-23T11:59:59.999999Z"},
        "eventTimestamp",
        Reason.EVENT_TIME_INVALID,
    ),
    "the future": (
        {"eventTimestamp": "2026-11-26T12:00:00.000001Z"},
        "eventTimestamp",
        Reason.EVENT_TIME_INVALID,
    ),
    "a currency in small letters": ({"currency": "eur"}, "currency", Reason.INVALID_CURRENCY_CODE),
    "a value without currency": ({"currency": None}, "currency", Reason.REQUIRED_FIELD_MISSING),
    "an endless value": (
        {"conversionValue": Decimal("1E+301")},
        "conversionValue",
        Reason.INVALID_NUMBER_FORMAT,
    ),
    "a blank order id": ({"transactionId": " "}, "transactionId", Reason.REQUIRED_FIELD_MISSING),
    "an order id too long for GA4": (
        {"transactionId": "x" * 101, "destinationReferences": None},
        "transactionId",
        Reason.FIELD_VALUE_TOO_LONG,
    ),
    "an order id too long for Google Ads": (
        {"transactionId": "x" * 65},
        "transactionId",
        Reason.FIELD_VALUE_TOO_LONG,
    ),
    "an empty cart": (
        {"cartData": {"couponCodes": ["X"]}},
        "cartData.items",
        Reason.TOO_FEW_ELEMENTS,
    ),
    "too many items": (
        {"cartData": {"items": [ITEM] * 201}},
        "cartData.items",
        Reason.TOO_MANY_ELEMENTS,
    ),
    "a blank coupon": (
        {"cartData": {"items": [ITEM], "couponCodes": [""]}},
        "cartData.couponCodes[0]",
        Reason.REQUIRED_FIELD_MISSING,
    ),
    "an item without id": (
        cart(itemId=""),
        "cartData.items[0].itemId",
        Reason.REQUIRED_FIELD_MISSING,
    ),
    "a negative price": (
        cart(unitPrice=-1),
        "cartData.items[0].unitPrice",
        Reason.INVALID_NUMBER_FORMAT,
    ),
    **{
        f"a quantity of {text}": (
            cart(quantity=text),
            "cartData.items[0].quantity",
            Reason.INVALID_NUMBER_FORMAT,
        )
        for text in ("0", "1.5", "-1", "1e3", "two", str(2**63))
    },
    "too many item parameters": (
        cart(
            additionalItemParameters=[{"parameterName": f"p{n}", "value": "x"} for n in range(28)]
        ),
        "cartData.items[0].additionalItemParameters",
        Reason.TOO_MANY_ELEMENTS,
    ),
    "a reserved parameter": (
        params(("ga_x", "1")),
        f"{PARAM}.parameterName",
        Reason.RESERVED_NAME_USED,
    ),
    **{
        f"{name} among the parameters": (
            params((name, "1")),
            f"{PARAM}.parameterName",
            Reason.RESERVED_NAME_USED,
        )
        for name in ("value", "currency", "transaction_id", "items")
    },
    "a parameter's name with a dash": (
        params(("a-b", "1")),
        f"{PARAM}.parameterName",
        Reason.INVALID_FORMAT,
    ),
    "an empty parameter": (
        params(("a", "")),
        f"{PARAM}.value",
        Reason.REQUIRED_FIELD_MISSING,
    ),
    "a parameter too long": (
        params(("a", "x" * 101)),
        f"{PARAM}.value",
        Reason.FIELD_VALUE_TOO_LONG,
    ),
    "half a character": (params(("a", "\ud800")), f"{PARAM}.value", Reason.INVALID_FORMAT),
    "too many parameters": (
        params(*((f"p{n}", "x") for n in range(26))),
        "additionalEventParameters",
        Reason.TOO_MANY_ELEMENTS,
    ),
    "a parameter twice": (
        params(("a", "1"), ("a", "2")),
        "additionalEventParameters",
        Reason.INVALID_FORMAT,
    ),
    "a reserved user property": (
        properties(("first_open_time", "1")),
        f"{PROPERTY}.propertyName",
        Reason.RESERVED_NAME_USED,
    ),
    "an empty user property": (
        properties(("a", "")),
        f"{PROPERTY}.value",
        Reason.REQUIRED_FIELD_MISSING,
    ),
    "a user property too long": (
        properties(("a", "x" * 37)),
        f"{PROPERTY}.value",
        Reason.FIELD_VALUE_TOO_LONG,
    ),
    "too many user properties": (
        properties(*((f"p{n}", "x") for n in range(26))),
        "userProperties.additionalUserProperties",
        Reason.TOO_MANY_ELEMENTS,
    ),
    "no identifier": (person(), "userData.userIdentifiers", Reason.REQUIRED_FIELD_MISSING),
    "too many identifiers": (
        person(*[{"emailAddress": HASH}] * 11),
        "userData.userIdentifiers",
        Reason.TOO_MANY_USER_IDENTIFIERS,
    ),
    "two identifiers in one": (
        person({"emailAddress": HASH, "phoneNumber": HASH}),
        IDENTIFIER,
        Reason.INVALID_FORMAT,
    ),
    "an identifier of nothing": (person({}), IDENTIFIER, Reason.INVALID_FORMAT),
    "an address that is not hashed": (
        person({"emailAddress": "jo@shop.example"}),
        f"{IDENTIFIER}.emailAddress",
        Reason.INVALID_SHA256_FORMAT,
    ),
    "a hash in capitals": (
        person({"phoneNumber": HASH.upper()}),
        f"{IDENTIFIER}.phoneNumber",
        Reason.INVALID_SHA256_FORMAT,
    ),
    "the hash of nothing": (
        person(
            {"emailAddress": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
        ),
        f"{IDENTIFIER}.emailAddress",
        Reason.INVALID_SHA256_FORMAT,
    ),
    "a name that is not hashed": (
        person({"address": {**ADDRESS, "givenName": "jo"}}),
        f"{IDENTIFIER}.address.givenName",
        Reason.INVALID_SHA256_FORMAT,
    ),
    "a country by its name": (
        person({"address": {**ADDRESS, "regionCode": "Austria"}}),
        f"{IDENTIFIER}.address.regionCode",
        Reason.INVALID_REGION_CODE,
    ),
    "a blank postal code": (
        person({"address": {**ADDRESS, "postalCode": " "}}),
        f"{IDENTIFIER}.address.postalCode",
        Reason.INVALID_POSTAL_CODE,
    ),
    "nothing for Google Ads to match by": (
        {"adIdentifiers": None, "userData": None},
        "adIdentifiers",
        Reason.NO_IDENTIFIERS,
    ),
    "no IP address": (
        {"eventDeviceInfo": {"ipAddress": "here"}},
        "eventDeviceInfo.ipAddress",
        Reason.INVALID_FORMAT,
    ),
    "a screen beyond 32 bits": (
        {"eventDeviceInfo": {"screenWidth": 2**31, "screenHeight": 1}},
        "eventDeviceInfo.screenWidth",
        Reason.INVALID_NUMBER_FORMAT,
    ),
}


def test_an_event_of_every_field_breaks_no_rule() -> None:
    """So each fault below is the changed field's."""
    assert check(event(), NOW) == ()


@every("name", FAULTS)
def test_a_fault_is_found_by_its_place_and_googles_name(name: str) -> None:
    """Exactly the one; and no finding repeats a value."""
    changes, path, code = FAULTS[name]

    found = faults(event(**changes), NOW)

    assert [(fault.path, fault.code) for fault in found] == [(path, code)]
    assert all(fault.source.startswith("https://") for fault in found)
    assert "jo@shop.example" not in repr(found)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        pytest.param({"clientId": "a"}, "clientId", id="an unusual client id"),
        pytest.param(
            {"eventTimestamp": "2026-11-24T11:00:00Z"}, "eventTimestamp", id="past 48 hours"
        ),
        pytest.param(
            {"eventLocation": {"subdivisionCode": "Styria"}},
            "eventLocation.subdivisionCode",
            id="a region by its name",
        ),
        pytest.param(
            {"eventLocation": {"continentCode": "1"}}, "eventLocation.continentCode", id="no M49"
        ),
        pytest.param({"eventName": "page_view"}, "eventName", id="a name that GA4 collects"),
    ],
)
def test_what_only_warns_is_advice(changes: dict[str, Any], path: str) -> None:
    """It is sent all the same."""
    found = check(event(**changes), NOW)

    assert [(finding.path, finding.level) for finding in found] == [(path, Level.ADVICE)]
    assert faults(event(**changes), NOW) == ()


def test_the_window_is_72_hours_to_the_microsecond() -> None:
    """The last moment is taken."""
    edge = NOW - timedelta(hours=72)

    assert faults(event(eventTimestamp=edge.isoformat().replace("+00:00", "Z")), NOW) == ()


def test_every_code_is_googles_own() -> None:
    """So that the ledger speaks of a fault by one name, whoever finds it."""
    ours = [code for code in Reason if code not in ErrorReason.__members__]

    assert ours == [Reason.NOT_CARRIED]
