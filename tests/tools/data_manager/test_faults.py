"""The Data Manager API misbehaves on request, and its quota and its tokens are as Google's."""

import time

import httpx
import pytest

from tests.tools.data_manager.wire import (
    STATUS,
    TOKEN,
    Clock,
    event,
    ingest,
    running,
    shown,
    status,
    violations,
)

METADATA = {"Metadata-Flavor": "Google"}


def set_fault(client: httpx.Client, **fault: object) -> None:
    """Make the collector misbehave."""
    answer = client.post("/faults", json=fault)
    assert answer.status_code == 204, answer.text


def conditions(client: httpx.Client, **fields: object) -> None:
    """Set quota and authorization."""
    answer = client.post("/data-manager/conditions", json=fields)
    assert answer.status_code == 204, answer.text


def reason_of(answer: httpx.Response) -> str:
    """The reason in an answer's ErrorInfo; empty without one."""
    details = answer.json()["error"]["details"]
    return next((detail["reason"] for detail in details if "reason" in detail), "")


@pytest.mark.parametrize(
    ("number", "given", "name", "reason"),
    [
        (401, "", "UNAUTHENTICATED", "CREDENTIALS_MISSING"),
        (403, "", "PERMISSION_DENIED", "PERMISSION_DENIED"),
        (403, "SERVICE_DISABLED", "PERMISSION_DENIED", "SERVICE_DISABLED"),
        (403, "NOT_ALLOWLISTED", "PERMISSION_DENIED", "NOT_ALLOWLISTED"),
        (404, "", "NOT_FOUND", "NOT_FOUND"),
        (409, "", "ABORTED", ""),
        (429, "", "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"),
        (500, "", "INTERNAL", "INTERNAL_ERROR"),
        (503, "", "UNAVAILABLE", ""),
        (504, "", "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"),
    ],
)
def test_an_error_is_in_googles_shape(
    client: httpx.Client, number: int, given: str, name: str, reason: str
) -> None:
    """With the reason that was set or the usual one; nothing is taken."""
    set_fault(client, status=number, **({"reason": given} if given else {}))
    answer = ingest(client)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (number, number, name)
    assert reason_of(answer) == reason
    assert shown(client) == []
    set_fault(client)
    assert ingest(client).status_code == 200


def test_a_refusal_may_say_when_to_come_again(client: httpx.Client) -> None:
    """In the header."""
    set_fault(client, status=429, retry_after=7, times=1)
    assert ingest(client).headers["Retry-After"] == "7"
    assert ingest(client).status_code == 200


def test_an_answer_is_lost(client: httpx.Client) -> None:
    """The request was taken, then the connection breaks."""
    set_fault(client, drop_after_read=True, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        ingest(client)
    assert len(shown(client)) == 1


@pytest.mark.parametrize("number", [500, 504])
def test_an_error_may_come_although_all_was_taken(client: httpx.Client, number: int) -> None:
    """Then the sender cannot know."""
    set_fault(client, status=number, taken=True)
    assert ingest(client).status_code == number
    assert len(shown(client)) == 1


def test_an_answer_is_slow(client: httpx.Client) -> None:
    """And right."""
    set_fault(client, delay_ms=300)
    start = time.monotonic()
    assert ingest(client).status_code == 200
    assert time.monotonic() - start >= 0.3


def test_every_other_request_misbehaves(client: httpx.Client) -> None:
    """Counted as for the Measurement Protocol, and together with it."""
    set_fault(client, status=503, every=2)
    numbers = [ingest(client).status_code for _ in range(4)]
    assert numbers == [200, 503, 200, 503]


def test_one_event_of_several_is_found_at_fault(client: httpx.Client) -> None:
    """The answer has its place, which moves with the request; without the event all is well."""
    refuse = {"transaction_id": "T-2", "reason": "INVALID_CURRENCY_CODE", "field": "currency"}
    set_fault(client, refuse=refuse)
    events = [event("T-1"), event("T-2"), event("T-3")]

    assert violations(ingest(client, *events)) == [
        ("events.events[1].currency", "INVALID_CURRENCY_CODE")
    ]
    assert violations(ingest(client, events[1])) == [
        ("events.events[0].currency", "INVALID_CURRENCY_CODE")
    ]
    assert shown(client) == []
    assert ingest(client, events[0], events[2]).status_code == 200


def test_a_refusal_may_name_no_event(client: httpx.Client) -> None:
    """Then it can only be found by sending fewer."""
    set_fault(client, refuse={"event_name": "refund", "named": False})
    answer = ingest(client, event(), event(eventName="refund"))

    assert violations(answer) == [("events", "INVALID_EVENT")]
    assert ingest(client, event()).status_code == 200


def test_a_fault_may_be_of_one_path_only(client: httpx.Client) -> None:
    """Looking up a status, or getting a token."""
    set_fault(client, status=503, path=STATUS)
    request_id = ingest(client).json()["requestId"]
    answer = client.get(STATUS, params={"requestId": request_id})
    assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")

    set_fault(client, status=404, path=TOKEN)
    assert status(client, request_id)["requestStatus"] == "SUCCESS"
    assert client.get(TOKEN, headers=METADATA).status_code == 404


def test_the_quota_is_300_a_minute() -> None:
    """Look-ups count too; a minute later there is room again."""
    clock = Clock()
    with running(clock) as client:
        request_id = ingest(client).json()["requestId"]
        for _ in range(298):
            status(client, request_id)
        assert ingest(client).status_code == 200
        answer = ingest(client)
        assert (answer.status_code, reason_of(answer)) == (429, "RESOURCE_EXHAUSTED")
        assert client.get(STATUS, params={"requestId": request_id}).status_code == 429
        clock.go(seconds=60)
        assert ingest(client, event(eventTimestamp=clock.now.isoformat())).status_code == 200


def test_the_quota_can_be_set() -> None:
    """For a minute and for a day; `{}` sets the usual one."""
    clock = Clock()
    with running(clock) as client:
        conditions(client, requests_per_minute=1)
        assert [ingest(client).status_code for _ in range(2)] == [200, 429]
        conditions(client, requests_per_day=2)
        numbers = []
        for _ in range(3):
            clock.go(hours=1)
            numbers.append(ingest(client).status_code)
        assert numbers == [200, 200, 429]
        clock.go(hours=23)
        assert ingest(client).status_code == 200
        conditions(client)
        assert [ingest(client).status_code for _ in range(3)] == [200] * 3


def test_a_token_may_be_required() -> None:
    """One of the metadata server, as long as it is valid."""
    clock = Clock()
    with running(clock) as client:
        assert ingest(client).status_code == 200
        conditions(client, require_authorization=True, token_seconds=60)
        answer = ingest(client)
        assert (answer.status_code, reason_of(answer)) == (401, "CREDENTIALS_MISSING")
        token = client.get(TOKEN, headers=METADATA).json()
        assert (token["token_type"], token["expires_in"]) == ("Bearer", 60)
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        request_id = ingest(client).json()["requestId"]
        assert status(client, request_id)["requestStatus"] == "SUCCESS"
        clock.go(seconds=60)
        answer = ingest(client)
        assert (answer.status_code, reason_of(answer)) == (401, "ACCESS_TOKEN_EXPIRED")
        assert token["access_token"] not in client.get("/events").text


def test_a_token_is_given_to_programs_only(client: httpx.Client) -> None:
    """Which say so in a header, as Google's metadata server asks for."""
    assert client.get(TOKEN).status_code == 403
    found = client.get(TOKEN, headers=METADATA)
    assert (found.status_code, found.headers["Metadata-Flavor"]) == (200, "Google")


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"status": 503, "path": "/events"}, "path"),
        ({"refuse": {"order": "T-1"}}, "order"),
        ({"refuse": {}, "status": 400}, "'status', 'refuse'"),
        ({"delay_ms": 5, "reason": "X"}, "reason can only be given with status"),
        ({"delay_ms": 5, "taken": True}, "taken can only be given with status"),
        ({"status": 503, "times": 0}, "times"),
    ],
)
def test_a_fault_is_read_strictly(client: httpx.Client, fault: object, named: str) -> None:
    """The refusal names the field."""
    answer = client.post("/faults", json=fault)
    assert answer.status_code == 400
    assert named in answer.json()["error"]
