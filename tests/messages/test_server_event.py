"""`server-event/1`: leads, shops, kiosks, and whatever else has a name."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import user_data_hashes as hashes
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.param import DecimalParam
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.messages.server_event import read_server_event
from shared.messages.server_mapping import map_server_event, source_of
from tests.support.builders import CLIENT_ID, SESSION_ID
from tests.support.server_json import kiosk_sale, server_event
from tests.support.strategies import JSON


def domain_event(document: Any) -> Conversion | Refund | Ignored:  # noqa: ANN401 - JSON
    """Return what a message means."""
    event = read_server_event(json.dumps(document).encode())
    return map_server_event(event, source_of(event))


def converted(document: Any) -> Conversion:  # noqa: ANN401 - JSON
    """Return the conversion a message is."""
    found = domain_event(document)
    assert isinstance(found, Conversion)
    return found


@pytest.mark.parametrize(
    "name",
    """
    generate_lead qualify_lead disqualify_lead working_lead close_convert_lead
    close_unconvert_lead machine_served
    """.split(),
)
def test_an_event_of_any_name_is_told_under_it(name: str) -> None:
    """Its event id is its key: the same stage twice is two messages of one id."""
    found = converted(server_event(name=name))

    assert (found.name, found.business_key, found.kind) == (name, "sev_1", Kind.CUSTOM)
    assert found.params == {"lead_source": "phone"}
    assert found.context.client_id == CLIENT_ID


def test_only_a_message_with_a_session_joins_one() -> None:
    """The sender says whether the user was there."""
    assert converted(server_event()).joins_session
    assert converted(server_event()).context.session_id == SESSION_ID
    assert not converted(server_event(analytics={"client_id": CLIENT_ID})).joins_session


def test_a_lead_is_found_by_its_own_id_later() -> None:
    """Context is looked up under every reference, and none of them is sent."""
    found = converted(server_event(references=["L-77", "L-77"], customer_ref="c1"))

    assert found.customer_references == ("L-77", "c1")
    assert (found.customer_ref, found.references) == ("c1", ())


def test_a_sale_at_a_kiosk_is_a_purchase_of_the_device() -> None:
    """Money net of tax, the device's kind and place, the brand on the item."""
    found = converted(kiosk_sale())

    assert (found.kind, found.name, found.business_key) == (Kind.PURCHASE, "purchase", "KIOSK-1")
    assert found.purchase_type is PurchaseType.OFFLINE
    assert not found.joins_session
    assert found.money is not None
    assert found.money.net == 10
    assert found.device_id == "kiosk-7"
    assert found.context.device is not None
    assert found.context.device.category == "smart tv"
    assert found.context.user_location is not None
    assert found.context.user_location.region_id == "DE-BE"
    assert found.items[0].params == {"item_brand": "Clay"}


def test_a_refund_looks_for_its_order() -> None:
    """As a provider's does."""
    found = domain_event(kiosk_sale(name="refund", event_id="r1"))

    assert isinstance(found, Refund)
    assert (found.refund_id, found.references) == ("r1", ("KIOSK-1",))


@pytest.mark.parametrize("name", ["purchase", "refund"])
@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"money": None}, "money: missing"),
        ({"transaction_id": None}, "transaction_id: missing"),
        ({"transaction_id": "null"}, "transaction_id: blank or a placeholder"),
        ({"transaction_id": "a@b.c"}, "transaction_id: looks like an e-mail address"),
        ({"money": {"currency": "XXX", "total": "1"}}, "money.currency: not an active"),
        ({"money": {"currency": "EUR", "total": "1", "tax": "2"}}, "money.total: less than"),
    ],
)
def test_money_that_cannot_be_told_is_refused_by_name(
    name: str, fields: dict[str, Any], problem: str
) -> None:
    """It can never succeed."""
    with pytest.raises(UnusableError, match=problem):
        domain_event(kiosk_sale(name=name, **fields))


def test_a_sale_of_nothing_is_ignored() -> None:
    """A purchase of zero would count as an order."""
    money = {"currency": "EUR", "total": "0.00"}

    assert domain_event(kiosk_sale(money=money)) == Ignored("zero amount")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"schema": "server-event/2"}, "schema: not server-event/1"),
        ({"schema": None}, "schema: "),
        ({"name": "9lives"}, "name: "),
        ({"name": "a" * 41}, "name: "),
        ({"event_id": ""}, "event_id: "),
        ({"occurred_at": "2026-11-23T12:00:00"}, "occurred_at: "),
        ({"occurred_at": 1763900000}, "occurred_at: "),
        ({"references": ["x"] * 21}, "references: "),
    ],
)
def test_a_malformed_field_is_named(fields: dict[str, Any], problem: str) -> None:
    """And its value is not repeated."""
    with pytest.raises(UnusableError, match=problem):
        domain_event(server_event(**fields))


def test_raw_user_data_is_hashed_here_on_request() -> None:
    """By Google's steps, beside what came hashed."""
    already = "ab" * 32
    person = {
        "hash": True,
        "email_address": ["Jane.Doe@gmail.com"],
        "phone_number": "+49 30 123456",
        "sha256_email_address": already,
        "address": {"first_name": "Jane", "city": "New York", "country": "us"},
    }
    found = converted(server_event(user_data=person)).context.user_data

    assert found is not None
    assert found.sha256_email_address == (already, hashes.sha256_email_address("janedoe@gmail.com"))
    assert found.sha256_phone_number == (hashes.sha256_phone_number("+4930123456"),)
    assert found.address[0].sha256_first_name == hashes.sha256_name("jane")
    assert (found.address[0].city, found.address[0].country) == ("new york", "US")


def test_raw_user_data_without_the_request_is_left_out_and_named() -> None:
    """An address in the clear goes nowhere, and never costs the event."""
    found = converted(server_event(user_data={"email_address": "jane@example.com"}))

    assert found.context.user_data is None
    assert found.notes == ("user_data.email_address: not hashed, and hash is not true",)


def test_figures_and_user_properties_are_exact() -> None:
    """Numbers stay numbers; what GA4 does not take is left out and named."""
    found = converted(
        server_event(
            params={"score": 7.25, "value": 3, "mp_source": "x"},
            user_properties={"tier": "gold", "ltv": 1200.5, "n" * 25: "x", "long": "y" * 37},
        )
    )

    assert found.params == {"score": DecimalParam(Decimal("7.25"))}
    assert found.user_properties == {"tier": "gold", "ltv": DecimalParam(Decimal("1200.5"))}
    assert set(found.notes) == {
        "params.value: the event itself says it",
        "params: a name that GA4 does not take",
        "user_properties: a name that GA4 does not take",
        "user_properties.long: neither a text nor a number GA4 takes",
    }


def test_an_item_may_have_no_price_outside_of_a_sale() -> None:
    """Of what is only looked at nobody tells one, and none is sent."""
    found = converted(server_event(name="view_item", items=[{"item_id": "a"}, {"price": "1"}]))

    assert [(item.item_id, item.priced) for item in found.items] == [("a", False)]
    assert found.notes == ("items[1]: neither item_id nor item_name",)


@given(st.dictionaries(st.sampled_from([*kiosk_sale(), "coupon", "user_data"]), JSON, max_size=4))
def test_whatever_stands_in_a_field_it_is_an_event_or_refused(changes: dict[str, Any]) -> None:
    """Parsing is total."""
    try:
        found = domain_event(kiosk_sale(**changes))
    except UnusableError:
        return
    assert isinstance(found, Conversion | Refund | Ignored)
