"""`connectors validate --sink data_manager`: what that API would be sent, and would refuse."""

import json
from typing import Any

import pytest

from tests.data_manager.google import as_google_writes, through_google
from tests.tools.validate.running import BAD, GOOD, Validate, ValidateHere, lines

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
