"""What the functions send by the Data Manager API is taken by the local one, without a warning."""

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from tests.data_manager.test_mapping import CASES, NOW, REQUESTS, extra_of, mapped
from tests.tools.data_manager.wire import INGEST, STREAM, Clock, ads, analytics, running
from tools.arrivals import arrivals_of

_APP = "1:1234567890:android:abcdef"


def sent(client: httpx.Client, body: bytes, *, with_ads: bool) -> httpx.Response:
    """Send a mapped event."""
    stream = analytics("ga4", _APP if b'"appInstanceId"' in body else STREAM)
    destinations = [stream, ads("ads")] if with_ads else [stream]
    request = {"destinations": destinations, "encoding": "HEX", "events": ["EVENT"]}
    content = json.dumps(request).encode().replace(b'"EVENT"', body)
    return client.post(INGEST, content=content)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of a collector that lives at the time of the cases."""
    clock = Clock()
    clock.now = NOW + timedelta(seconds=1)
    with running(clock) as found:
        yield found


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_taken(client: httpx.Client, name: str) -> None:
    """Of the mapping's own cases."""
    case = CASES[name]
    found = mapped(case["request"], ads=case.get("ads", False), extra=extra_of(case))
    answer = sent(client, found.body, with_ads=case.get("ads", False))

    assert answer.status_code == 200, answer.text
    assert "fieldWarnings" not in answer.json(), answer.text


@pytest.mark.parametrize("name", REQUESTS)
def test_each_golden_event_is_taken(client: httpx.Client, name: str) -> None:
    """With its money, to the last digit."""
    request = REQUESTS[name]
    answer = sent(client, mapped(request).body, with_ads=False)

    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"requestId"}
    (event,) = client.get("/events").json()
    (arrival,) = arrivals_of([event])
    (own,) = request["events"]
    params = own["params"]
    assert arrival.name == own["name"]
    assert arrival.transaction_id == params.get("transaction_id", "")
    assert arrival.amount("value") == params.get("value", 0)
    assert arrival.client_id == request.get("client_id", request.get("app_instance_id", ""))
    assert arrival.text("session_id") == str(params.get("session_id", ""))
