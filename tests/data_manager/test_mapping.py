"""Requests as the functions make them become events of the Data Manager API."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest

from shared.data_manager.mapping import Extra, Mapped, Refused, as_event
from shared.domain.streams import ClickIds
from shared.domain.user_data import UserData
from tests.data_manager.google import as_google_writes, through_google
from tests.support.places import ROOT
from tests.support.rows import every

NOW: Final = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def read(path: str) -> dict[str, Any]:
    """Return cases, their numbers exact."""
    text = (ROOT / path).read_text(encoding="utf-8")
    cases: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return cases


CASES: Final = read("tests/data_manager/cases.json")
# What the functions make of a purchase, a refund and the like.
REQUESTS: Final = read("tests/ga4/golden_events.json")


def extra_of(case: dict[str, Any]) -> Extra:
    """Return what a case's request cannot carry."""
    clicks, data = case.get("click_ids"), case.get("user_data")
    return Extra(
        click_ids=None if clicks is None else msgspec.convert(clicks, ClickIds),
        user_data=None if data is None else msgspec.convert(data, UserData),
    )


def mapped(document: dict[str, Any], *, ads: bool = False, extra: Extra = Extra()) -> Mapped:  # noqa: B008 - frozen
    """Return the event of a request that is not refused."""
    found = as_event(document, extra=extra, ads=ads, now=NOW)
    assert isinstance(found, Mapped), found
    return found


@every("name", CASES)
def test_a_request_becomes_this_event(name: str) -> None:
    """Field by field, with a note for each thing that the API cannot carry."""
    case = CASES[name]

    found = mapped(case["request"], ads=case.get("ads", False), extra=extra_of(case))

    assert json.loads(found.body, parse_float=Decimal) == case["event"]
    assert list(found.notes) == case["notes"]


@every("name", CASES)
def test_googles_own_types_read_it_and_write_the_same(name: str) -> None:
    """No field is unknown to them, and nothing changes on the way."""
    case = CASES[name]

    found = mapped(case["request"], ads=case.get("ads", False), extra=extra_of(case))

    assert through_google(found.body) == [as_google_writes(json.loads(found.body))]


@pytest.mark.parametrize("name", REQUESTS)
def test_what_the_functions_send_is_taken(name: str) -> None:
    """None of it is refused, with or without Google Ads."""
    extra = Extra(click_ids=ClickIds(gclid="Cj0"))

    alone = mapped(REQUESTS[name])
    with_ads = mapped(REQUESTS[name], ads=True, extra=extra)

    assert alone.notes == with_ads.notes == ()
    assert through_google(alone.body, with_ads.body) == [
        as_google_writes(json.loads(each.body)) for each in (alone, with_ads)
    ]


def test_the_bytes_are_the_same_each_time() -> None:
    """A purchase that may have been lost is sent again to the byte."""
    request = REQUESTS["a purchase in an open session"]

    assert mapped(request).body == mapped(request).body


def test_money_is_written_as_it_is() -> None:
    """No float comes near it, and nothing has an exponent."""
    params = {"currency": "KWD", "value": Decimal("1234567890123.4567"), "transaction_id": "A"}
    items = [{"item_id": "a", "price": Decimal("0.000001"), "quantity": 1}]
    events = [{"name": "purchase", "params": {**params, "items": items}}]

    body = mapped({"client_id": "1.2", "events": events}).body

    assert b'"conversionValue":1234567890123.4567,' in body
    assert b'"unitPrice":0.000001}' in body


@pytest.mark.parametrize("events", [[], [{"name": "a", "params": {}}] * 2], ids=["none", "two"])
def test_a_request_has_one_event(events: list[Any]) -> None:
    """The API takes user properties and user data as part of an event only."""
    document = {"client_id": "1.2", "user_properties": {"a": {"value": "b"}}, "events": events}

    found = as_event(document, extra=Extra(), ads=False, now=NOW)

    assert found == Refused("events: the API takes one event with its user data and properties")
