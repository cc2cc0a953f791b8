"""A request of the wrong form is answered as Google's parser does, and nothing of it is taken."""

import httpx
import pytest

from tests.tools.data_manager.wire import INGEST, event, ingest, shown, violations


def test_an_unknown_name_is_refused(client: httpx.Client) -> None:
    """The violation has the place of what holds it, without a reason of the API's."""
    answer = ingest(client, event(), event(value=1))

    assert violations(answer) == [("events[1]", "")]
    error = answer.json()["error"]
    assert error["message"] == (
        "Invalid JSON payload received. Unknown name \"value\" at 'events[1]': Cannot find field."
    )
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert shown(client) == []


def test_a_wrong_type_is_refused(client: httpx.Client) -> None:
    """Google repeats the value in its text."""
    answer = ingest(client, event(conversionValue="much", eventSource="TV"))

    assert violations(answer) == [
        ("events[0].event_source", ""),
        ("events[0].conversion_value", ""),
    ]
    assert '(TYPE_DOUBLE), "much"' in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b'"x"', b"[" * 100_000, b"NaN"])
def test_what_is_no_object_is_refused(client: httpx.Client, body: bytes) -> None:
    """As any JSON that is none."""
    answer = client.post(INGEST, content=body)

    assert violations(answer) == [("", "")]
    assert answer.json()["error"]["message"].startswith("Invalid JSON payload received.")


def test_an_empty_body_is_an_empty_request(client: httpx.Client) -> None:
    """It lacks everything."""
    assert violations(client.post(INGEST)) == [
        ("destinations.destinations", "REQUIRED_FIELD_MISSING"),
        ("events.events", "REQUIRED_FIELD_MISSING"),
    ]
