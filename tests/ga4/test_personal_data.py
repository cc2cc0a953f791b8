"""The guard against personal data in requests."""

import time
from typing import Any

import pytest

from shared.ga4.validation import validate
from tests.ga4.payloads import NOW, Case, event, item, purchase, request, said, table

_ADDRESS = "jane@example.com"


def _found(path: str) -> list[str]:
    return [f"error {path} PERSONAL_DATA"]


@table(
    Case("parameter", "any parameter", event(note=_ADDRESS), _found("events[0].params.note")),
    Case("user id", "any id", request(user_id=_ADDRESS), _found("user_id")),
    Case(
        "client id",
        "any id",
        request(client_id=_ADDRESS),
        ["advice client_id VALUE_INVALID", "error client_id PERSONAL_DATA"],
    ),
    Case(
        "transaction id",
        "any id",
        purchase(transaction_id=_ADDRESS),
        _found("events[0].params.transaction_id"),
    ),
    Case(
        "item",
        "any field of an item",
        purchase(items=[item(), item(item_name=_ADDRESS)]),
        _found("events[0].params.items[1].item_name"),
    ),
    Case(
        "user property",
        "any user property",
        request(user_properties={"contact": {"value": _ADDRESS}}),
        _found("user_properties.contact.value"),
    ),
    Case(
        "URL",
        "any query of a URL",
        event(page_location=f"https://shop.example/?m={_ADDRESS}"),
        _found("events[0].params.page_location"),
    ),
    Case("a number", "only text is looked at", event(note=4242424242424242), []),
    Case(
        "a crawler's owner",
        "a user agent is no person's",
        request(user_agent=f"Bot/1.0 ({_ADDRESS})"),
        [],
    ),
    Case(
        "deep",
        "whatever else is wrong",
        event(note=[[{"x": _ADDRESS}]]),
        ["error events[0].params.note VALUE_INVALID", *_found("events[0].params.note[0][0].x")],
    ),
    Case("no request at all", "any JSON", [_ADDRESS], ["error  VALUE_INVALID", *_found("[0]")]),
)
def test_places(case: Case) -> None:
    """Personal data is found wherever it stands, and its place is told."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (event(note=_ADDRESS), "note"),
        (request(user_id=_ADDRESS), "user_id"),
        (purchase(items=[item(item_name=_ADDRESS)]), "item_name"),
        (request(user_properties={"contact": {"value": _ADDRESS}}), "contact"),
    ],
)
def test_exemption(payload: dict[str, Any], name: str) -> None:
    """A name may be exempted, and only that name is."""
    assert validate(payload, now=NOW, exempt=frozenset({name})) == ()
    assert validate(payload, now=NOW, exempt=frozenset({"other", "value"})) != ()


@pytest.mark.parametrize(
    "personal",
    [
        "jane@example.com",
        "+4917112345678",
        "4242424242424242",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    ],
)
def test_nothing_personal_is_repeated(personal: str) -> None:
    """No finding repeats what it found, not even where it is a name."""
    payload = event(note=personal, **{personal: personal}) | {
        personal: personal,
        "user_id": personal,
        "consent": {personal: personal, "ad_user_data": personal},
        "device": {personal: personal},
        "user_data": {"address": {personal: personal}},
        "user_properties": {personal: {"value": personal, personal: 1}},
        "validation_behavior": personal,
    }

    findings = validate(payload, now=NOW)

    assert len(findings) > 10
    assert personal not in repr(findings)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 60_000 + "@", id="a local part without end"),
        pytest.param("a@" * 30_000, id="addresses without domains"),
        pytest.param("a@" + "b." * 30_000, id="a domain without end"),
        pytest.param("eyJ" * 20_000, id="tokens within tokens"),
        pytest.param("1" * 60_000, id="a number without end"),
        pytest.param("1 " * 30_000, id="groups without end"),
        pytest.param("+1" * 30_000, id="phones within phones"),
        pytest.param("+" + "1 " * 30_000, id="a phone without end"),
        pytest.param("(01)" * 15_000, id="area codes without end"),
        pytest.param("%25" * 20_000, id="encodings within encodings"),
    ],
)
def test_time_is_bounded(text: str) -> None:
    """No text takes much longer to look at than to send."""
    start = time.perf_counter()
    validate(event(note=text), now=NOW)

    assert time.perf_counter() - start < 1
