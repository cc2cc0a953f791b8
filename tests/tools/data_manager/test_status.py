"""What becomes of events can be set, and the status says it as Google does."""

from typing import Any

import httpx
import pytest

from tests.tools.data_manager.wire import (
    STATUS,
    Clock,
    ads,
    analytics,
    event,
    ingest,
    running,
    status,
    violations,
)

REASON = "PROCESSING_ERROR_REASON_EVENT_TOO_OLD"
OTHER = "PROCESSING_ERROR_REASON_INVALID_EVENT"


def outcome(client: httpx.Client, **fields: object) -> None:
    """Set what becomes of events."""
    answer = client.post("/data-manager/outcomes", json=fields)
    assert answer.status_code == 204, answer.text


def taken(client: httpx.Client, *events: dict[str, Any], **more: object) -> str:
    """Send events; return the request's id."""
    answer = ingest(client, *events, **more)
    assert answer.status_code == 200, answer.text
    request_id: str = answer.json()["requestId"]
    return request_id


def test_one_event_of_several_fails(client: httpx.Client) -> None:
    """The status says which, and why."""
    outcome(client, transaction_id="T-2", error=REASON)
    request_id = taken(client, event("T-1"), event("T-2"), event("T-3"))

    found = status(client, request_id)
    assert found["requestStatus"] == "PARTIAL_SUCCESS"
    assert found["errorInfo"] == {
        "errorCounts": [{"reason": REASON, "recordCount": "1", "recordIndices": [1]}]
    }


def test_reasons_are_counted_apart(client: httpx.Client) -> None:
    """Each with the events it is about; a request of which all fail has failed."""
    outcome(client, transaction_id="T-1", error=REASON)
    outcome(client, transaction_id="T-2", error=OTHER)
    outcome(client, transaction_id="T-3", error=REASON)
    found = status(client, taken(client, event("T-1"), event("T-2"), event("T-3")))

    assert found["requestStatus"] == "FAILED"
    assert found["errorInfo"]["errorCounts"] == [
        {"reason": REASON, "recordCount": "2", "recordIndices": [0, 2]},
        {"reason": OTHER, "recordCount": "1", "recordIndices": [1]},
    ]


def test_a_status_may_name_nobody(client: httpx.Client) -> None:
    """As it was before `recordIndices`; and errors may not be filled at all."""
    outcome(client, transaction_id="T-2", error=REASON, indices=False)
    found = status(client, taken(client, event("T-1"), event("T-2")))
    assert found["errorInfo"]["errorCounts"] == [{"reason": REASON, "recordCount": "1"}]

    outcome(client, transaction_id="T-9", status="FAILED")
    found = status(client, taken(client, event("T-9")))
    assert (found["requestStatus"], "errorInfo" in found) == ("FAILED", False)


def test_warnings_are_no_failure(client: httpx.Client) -> None:
    """They are counted beside a success."""
    warning = "PROCESSING_WARNING_REASON_INTERNAL_ERROR"
    outcome(client, event_name="refund", warning=warning)
    found = status(client, taken(client, event("T-1"), event("T-2", eventName="refund")))

    assert found["requestStatus"] == "SUCCESS"
    assert found["warningInfo"] == {
        "warningCounts": [{"reason": warning, "recordCount": "1", "recordIndices": [1]}]
    }


def test_processing_takes_its_time() -> None:
    """Until then nothing is said of errors."""
    clock = Clock()
    with running(clock) as client:
        outcome(client, after_seconds=1_800)
        outcome(client, error=REASON)
        request_id = taken(client, event())
        clock.go(seconds=1_799)
        assert status(client, request_id) == {
            "destination": analytics(),
            "eventsIngestionStatus": {"recordCount": "1"},
            "requestStatus": "PROCESSING",
        }
        clock.go(seconds=1)
        assert status(client, request_id)["requestStatus"] == "FAILED"


def test_an_outcome_may_be_of_one_request_only(client: httpx.Client) -> None:
    """It can be set once the request's id is known; and all of them end."""
    first, second = taken(client, event("T-1")), taken(client, event("T-1"))
    outcome(client, request_id=second, error=REASON)

    assert status(client, first)["requestStatus"] == "SUCCESS"
    assert status(client, second)["requestStatus"] == "FAILED"
    assert client.delete("/data-manager/outcomes").status_code == 204
    assert status(client, second)["requestStatus"] == "SUCCESS"


def test_destinations_have_their_own_ends(client: httpx.Client) -> None:
    """Google Ads may fail what Google Analytics takes."""
    click = event(adIdentifiers={"gclid": "x"})
    outcome(client, destination="987654321", error="PROCESSING_ERROR_REASON_INVALID_GCLID")
    request_id = taken(client, click, destinations=[analytics(), ads()])

    answer = client.get(STATUS, params={"requestId": request_id})
    found = [s["requestStatus"] for s in answer.json()["requestStatusPerDestination"]]
    assert found == ["SUCCESS", "FAILED"]


def test_a_status_is_kept_for_fifty_days() -> None:
    """Then it is too old; that can be set for one that is not."""
    clock = Clock()
    with running(clock) as client:
        request_id = taken(client, event())
        clock.go(days=50)
        assert status(client, request_id)["requestStatus"] == "SUCCESS"
        clock.go(seconds=1)
        answer = client.get(STATUS, params={"requestId": request_id})
        assert violations(answer) == [("request_id", "REQUEST_TOO_OLD")]
        other = taken(client, event("T-2", eventTimestamp=clock.now.isoformat()))
        outcome(client, transaction_id="T-2", too_old=True)
        answer = client.get(STATUS, params={"requestId": other})
        assert violations(answer) == [("request_id", "REQUEST_TOO_OLD")]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "REQUIRED_FIELD_MISSING"),
        ("?requestId=", "REQUIRED_FIELD_MISSING"),
        ("?requestId=unheard-of", "INVALID_REQUEST_ID"),
    ],
)
def test_an_unknown_request_has_no_status(client: httpx.Client, query: str, reason: str) -> None:
    """It is an error of the request."""
    assert violations(client.get(f"{STATUS}{query}")) == [("request_id", reason)]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "error, warning, status"),
        ({"transaction_id": "T-1"}, "error, warning, status"),
        ({"eror": "X"}, "eror"),
        ({"error": 1}, "error"),
        ({"status": "LOST"}, "status"),
        ({"after_seconds": -1}, "after_seconds"),
    ],
)
def test_an_outcome_is_read_strictly(client: httpx.Client, body: object, named: str) -> None:
    """A typing error cannot pass for a success."""
    answer = client.post("/data-manager/outcomes", json=body)
    assert answer.status_code == 400
    assert named in answer.json()["error"]
