"""The body of a request: exact numbers, no nulls, the same bytes every time."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice, Consent
from shared.domain.device import Device
from shared.domain.user_data import Address, UserData
from shared.domain.user_location import UserLocation
from shared.ga4.payload import (
    AppRequest,
    Event,
    Item,
    Param,
    Request,
    WebRequest,
    as_json,
    encode,
)
from shared.ga4.recommended import ITEM_TYPES

REQUEST = WebRequest(
    client_id="1.2",
    events=[Event("purchase", {"value": Decimal("18.1"), "currency": "EUR"})],
)


def written(request: Request) -> bytes:
    """Return the bytes of a request."""
    return encode(as_json(request))


def with_params(params: dict[str, Param]) -> WebRequest:
    """Return a request with one event."""
    return WebRequest(client_id="1.2", events=[Event("purchase", {**params})])


def test_what_is_absent_is_left_out() -> None:
    """Nothing documents what GA4 makes of null."""
    body = written(REQUEST)

    assert json.loads(body) == {
        "client_id": "1.2",
        "events": [{"name": "purchase", "params": {"value": 18.1, "currency": "EUR"}}],
    }
    assert b"null" not in body
    assert b" " not in body


def test_everything_a_conversion_says() -> None:
    """Names and places as the protocol's reference has them."""
    request = WebRequest(
        client_id="1.2",
        events=[Event("purchase", {"value": 5}, timestamp_micros=1_795_435_200_000_000)],
        user_id="u-77",
        consent=Consent(Choice.DENIED, Choice.GRANTED, Choice.DENIED),
        user_agent="Mozilla/5.0",
    )

    assert json.loads(written(request)) == {
        "client_id": "1.2",
        "events": [
            {"name": "purchase", "params": {"value": 5}, "timestamp_micros": 1795435200000000}
        ],
        "user_id": "u-77",
        "consent": {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
        "user_agent": "Mozilla/5.0",
    }


def test_an_app_stream_has_an_instance_and_no_client() -> None:
    """The two kinds of stream cannot be mixed up."""
    request = AppRequest(app_instance_id="0" * 32, events=[Event("purchase", {"value": 5})])

    assert set(as_json(request)) == {"app_instance_id", "events"}


@pytest.mark.parametrize(
    ("amount", "number"),
    [
        ("19.99", b"19.99"),
        ("0", b"0"),
        ("0.01", b"0.01"),
        ("1234.560", b"1234.560"),
        ("10000000000.00", b"10000000000.00"),
        ("0.30000000000000004", b"0.30000000000000004"),
        ("123456789012345678901234567890.12", b"123456789012345678901234567890.12"),
    ],
)
def test_money_is_written_digit_by_digit(amount: str, number: bytes) -> None:
    """As a JSON number, not as text and not by way of a float."""
    body = written(with_params({"value": Decimal(amount)}))

    assert b'"params":{"value":' + number + b"}" in body


PARAMS = st.dictionaries(
    st.text(),
    st.text()
    | st.integers(-(2**63), 2**63 - 1)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    min_size=1,
)


@given(PARAMS)
def test_the_same_request_gives_the_same_bytes(params: dict[str, Param]) -> None:
    """And they are JSON that says the same."""
    body = written(with_params(params))

    assert body == written(with_params(dict(params)))
    assert json.loads(body, parse_float=Decimal)["events"][0]["params"] == params


def test_validation_sees_money_still_exact() -> None:
    """A Decimal, as JSON has no type for it."""
    assert as_json(REQUEST)["events"][0]["params"]["value"] == Decimal("18.1")


def test_a_request_cannot_be_changed_once_it_was_checked() -> None:
    """Its fields are frozen."""
    with pytest.raises(AttributeError):
        REQUEST.client_id = "3.4"  # type: ignore[misc]


def test_what_is_not_known_of_the_user_is_left_out() -> None:
    """No null and no empty list, in the nested objects either."""
    request = WebRequest(
        client_id="1.2",
        device=Device("mobile"),
        user_location=UserLocation(country_id="AT"),
        user_data=UserData(("0a" * 32,), (), (Address(city="wien"),)),
    )

    assert json.loads(written(request)) == {
        "client_id": "1.2",
        "device": {"category": "mobile"},
        "user_location": {"country_id": "AT"},
        "user_data": {"sha256_email_address": ["0a" * 32], "address": [{"city": "wien"}]},
    }


def test_an_item_has_exactly_googles_fields() -> None:
    """Beside them stand one's own, under `custom`; two names stand in Google's samples only."""
    samples_only = {"currency", "google_business_vertical"}

    assert set(Item.__struct_fields__) - {"custom"} == set(ITEM_TYPES) - samples_only


def test_an_items_own_fields_stand_beside_the_others() -> None:
    """On the wire an item is flat, and its money is a number."""
    item = Item(item_id="A", price=Decimal("9.90"), quantity=2, custom={"size": "XL"})
    event = Event("view_item", {"items": [item]})

    body = written(WebRequest(client_id="1.2", events=[event]))

    assert body == (
        b'{"events":[{"name":"view_item","params":{"items":'
        b'[{"item_id":"A","price":9.90,"quantity":2,"size":"XL"}]}}],"client_id":"1.2"}'
    )
