"""`connectors validate --sink data_manager`: what that API would be sent, and would refuse."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data_manager.google import as_google_writes, through_google
from tests.support.strategies import JSON
from tests.tools.validate.running import BAD, GOOD, Validate, ValidateHere, lines
from tools.validate.check import Checker
from tools.validate.splitting import Document

NOW = "2026-11-26T12:00:00Z"
AT_NOON = 1_795_694_400_000_000
METERED = {
    "client_id": "1170316824.1700000000",
    "timestamp_micros": AT_NOON,
    "events": [
        {
            "name": "purchase",
            "params": {
                "currency": "EUR",
                "value": 19.99,
                "transaction_id": "A",
                "items": [{"item_id": "kwh", "price": 0.27, "quantity": 3.5}],
            },
        },
        {"name": "tutorial_begin", "params": {}},
    ],
}


def judged(validate: Validate | ValidateHere, *payloads: Any) -> list[Any]:  # noqa: ANN401 - JSON
    """Return the line of each payload."""
    options = ("--json", "--sink", "data_manager", "--now", NOW)
    return validate(*options, given=lines(*payloads)).lines


def test_a_line_has_the_events_that_would_be_sent(validate: Validate) -> None:
    """Each event of a payload by itself, in a form that Google's own types read."""
    (line,) = judged(validate, METERED)

    assert [*line] == ["line", "verdict", "findings", "events"]
    assert line["verdict"] == "advice"
    assert [(each["level"], each["path"], each["code"]) for each in line["findings"]] == [
        ("advice", "events[0].params.items[0].quantity", "NOT_CARRIED")
    ]
    purchase, begun = line["events"]
    assert purchase["cartData"]["items"] == [{"itemId": "kwh", "quantity": "1", "unitPrice": 0.945}]
    assert begun["eventTimestamp"] == purchase["eventTimestamp"] == "2026-11-26T12:00:00.000000Z"
    bodies = [json.dumps(event).encode() for event in line["events"]]
    assert through_google(*bodies) == [as_google_writes(event) for event in line["events"]]


def test_what_breaks_a_rule_of_ga4_has_no_event(validate: Validate) -> None:
    """Nor has what cannot be read; every line has the same keys."""
    done = validate("--json", "--sink", "data_manager", given=lines(BAD) + b"nope\n")

    assert done.status == 1
    assert [(line["verdict"], line["events"]) for line in done.lines] == [("error", [])] * 2


def test_user_properties_alone_are_refused(validate_here: ValidateHere) -> None:
    """The Measurement Protocol takes them without an event, this API does not."""
    alone = {"client_id": GOOD["client_id"], "user_properties": {"plan": {"value": "pro"}}}

    (line,) = judged(validate_here, alone)

    assert [(each["path"], each["code"]) for each in line["findings"]] == [
        ("events", "REQUIRED_FIELD_MISSING")
    ]


EVENT = {
    "eventName": "purchase",
    "eventTimestamp": "2026-11-26T11:00:00.000001Z",
    "clientId": "1170316824.1700000000",
    "currency": "EUR",
    "conversionValue": 19.99,
}
REQUEST = {
    "destinations": [
        {
            "operatingAccount": {"accountType": "GOOGLE_ANALYTICS_PROPERTY", "accountId": "1"},
            "productDestinationId": "G-AB12CD34EF",
        }
    ],
    "events": [EVENT, EVENT],
}


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        pytest.param(EVENT, [], id="an event"),
        pytest.param({**EVENT, "callInfo": {}}, [], id="a field that we never send"),
        pytest.param(REQUEST, [], id="a request"),
        pytest.param(
            {**EVENT, "clientId": "a"}, [("advice", "clientId", "INVALID_FORMAT")], id="advice"
        ),
        pytest.param(
            {**EVENT, "currency": "eur"},
            [("error", "currency", "INVALID_CURRENCY_CODE")],
            id="a rule of the API",
        ),
        pytest.param(
            {**EVENT, "transactionId": " "},
            [("error", "transactionId", "REQUIRED_FIELD_MISSING")],
            id="a rule of ours",
        ),
        pytest.param(
            {**EVENT, "measurement_id": 1}, [("error", "", "INVALID_ARGUMENT")], id="name"
        ),
        pytest.param(
            {**EVENT, "conversionValue": "jo@shop.example"},
            [("error", "conversion_value", "INVALID_ARGUMENT")],
            id="type",
        ),
        pytest.param(
            {**REQUEST, "events": [EVENT, {**EVENT, "eventName": "first_visit"}]},
            [("error", "events[1].event_name", "INVALID_EVENT_NAME")],
            id="one event of a request",
        ),
        pytest.param(
            {"events": [EVENT]},
            [("error", "destinations.destinations", "REQUIRED_FIELD_MISSING")],
            id="no destination",
        ),
    ],
)
def test_events_of_the_api_itself_are_judged_too(
    validate_here: ValidateHere, payload: dict[str, Any], said: list[tuple[str, str, str]]
) -> None:
    """As the local collector lists them; and no value is repeated."""
    (line,) = judged(validate_here, payload)

    assert [(each["level"], each["path"], each["code"]) for each in line["findings"]] == said
    assert "shop.example" not in json.dumps(line["findings"])
    form = any(code == "INVALID_ARGUMENT" for _, _, code in said)
    assert line["events"] == ([] if form else payload.get("events", [payload]))


@given(JSON, st.sampled_from(["eventName", "destinations", "events", "client_id"]))
def test_no_json_makes_it_fail(value: object, name: str) -> None:
    """Whatever stands there, the line has a verdict."""
    checker = Checker(sink="data_manager")
    for payload in ({**EVENT, name: value}, {**METERED, name: value}, {name: value}):
        found = checker.check(Document(1, json.dumps(payload).encode()))

        assert found.verdict in ("ok", "advice", "error")
        assert found.events is not None


@pytest.mark.parametrize("sink", ["measurement_protocol", None])
def test_without_the_sink_nothing_is_mapped(validate_here: ValidateHere, sink: str | None) -> None:
    """The line is what it always was."""
    options = ("--sink", sink) if sink else ()

    done = validate_here("--json", "--now", NOW, *options, given=lines(METERED))

    assert done.lines == [{"line": 1, "verdict": "ok", "findings": []}]


def test_the_report_names_what_is_not_carried(validate: Validate) -> None:
    """And never a value."""
    done = validate("--sink", "data_manager", "--now", NOW, given=lines(METERED))

    assert done.status == 0
    assert "NOT_CARRIED events[0].params.items[0].quantity" in done.out
    assert "19.99" not in done.out


def test_the_debug_server_knows_the_other_api_only(validate: Validate) -> None:
    """Wrong usage, said before anything is asked."""
    done = validate("--sink", "data_manager", "--debug-endpoint", given=lines(GOOD))

    assert done.status == 2
    assert "--debug-endpoint: the debug server knows the Measurement Protocol only" in done.error
