"""The local GA4 keeps its contract, over real HTTP."""

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.support import loopback
from tests.tools.collecting import collecting
from tools.collector import Collector
from tools.errors import FailedError
from tools.events import EventHistory

QUERY = "?measurement_id=G-TEST123456&api_secret=s3cr3t-s3cr3t"
COLLECT = f"/mp/collect{QUERY}"
PURCHASE = {
    "client_id": "1170316824.1700000000",
    "events": [
        {
            "name": "purchase",
            "params": {
                "transaction_id": "T-1",
                "currency": "EUR",
                "value": 10.1,
                "items": [{"item_id": "SKU-1", "price": 10.1, "quantity": 1}],
            },
        }
    ],
}


@contextmanager
def running(collector: Collector) -> Iterator[httpx.Client]:
    """Run a collector; yield a client of it."""
    with collecting(collector) as url, loopback.Client(base_url=url, timeout=5) as client:
        yield client


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of a running collector."""
    with running(Collector()) as found:
        yield found


def bodies(client: httpx.Client) -> list[Any]:
    """The bodies that the collector shows."""
    return [event["body"] for event in client.get("/events").json()]


def set_fault(client: httpx.Client, **fault: object) -> None:
    """Make the collector misbehave."""
    assert client.post("/faults", json=fault).status_code == 204


def test_an_event_is_answered_204_and_shown(client: httpx.Client) -> None:
    """A request is answered as Google does, and its event can be looked at."""
    answer = client.post(COLLECT, json=PURCHASE)

    (event,) = client.get("/events").json()
    assert (answer.status_code, answer.content) == (204, b"")
    assert event["path"] == "/mp/collect"
    assert event["measurement_id"] == "G-TEST123456"
    assert event["body"] == PURCHASE
    assert (event["verdict"], event["findings"]) == ("ok", [])
    assert set(event) == {
        "received_at",
        "path",
        "measurement_id",
        "body",
        "verdict",
        "findings",
    }


def test_the_time_of_arrival_is_utc(client: httpx.Client) -> None:
    """`received_at` is an RFC 3339 moment in UTC."""
    before = time.time()
    client.post(COLLECT, json=PURCHASE)

    text = client.get("/events").json()[0]["received_at"]
    assert text.endswith("Z")
    assert before - 1 < _unix(text) < time.time() + 1


def _unix(text: str) -> float:
    """Return a moment in Unix seconds."""
    from datetime import datetime  # noqa: PLC0415 - a helper of one test

    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param(b"", "", id="empty"),
        pytest.param(b"not json", "not json", id="text"),
        pytest.param(b"{", "{", id="cut off"),
        pytest.param(b"\xff\xfe", "\ufffd\ufffd", id="not UTF-8"),
        pytest.param(b"[" * 5_000, "[" * 5_000, id="bottomless"),
        pytest.param(b"null", None, id="null"),
        pytest.param(b"[1]", [1], id="not an object"),
        pytest.param(b'{"a": 0.1000}', {"a": 0.1}, id="object"),
    ],
)
def test_any_body_is_204_and_wrong_ones_are_errors(
    client: httpx.Client, body: bytes, shown: object
) -> None:
    """Whatever is sent is answered 204; the verdict tells what GA4 would do with it."""
    answer = client.post(COLLECT, content=body)

    (event,) = client.get("/events").json()
    assert answer.status_code == 204
    assert event["body"] == shown
    assert event["verdict"] == "error"
    assert event["findings"]
    assert set(event["findings"][0]) == {"level", "path", "code", "message"}


def test_a_huge_body_is_204_and_an_error(client: httpx.Client) -> None:
    """Google refuses bodies over 130 kB by silence, and so does the collector."""
    body = json.dumps({**PURCHASE, "user_id": "x" * 3_000_000})

    assert client.post(COLLECT, content=body).status_code == 204
    assert client.get("/events").json()[0]["verdict"] == "error"


def test_no_digit_of_an_amount_changes(client: httpx.Client) -> None:
    """A body is shown with the very digits that were sent."""
    client.post(COLLECT, content=b'{"value": 12.340000000000000000001}')

    assert b'{"value": 12.340000000000000000001}' in client.get("/events").content


def test_debug_answers_with_messages_and_records_nothing(client: httpx.Client) -> None:
    """The validation server's path validates and forgets."""
    good = client.post(f"/debug{COLLECT}", json=PURCHASE)
    bad = client.post(f"/debug{COLLECT}", json={"client_id": "1.2", "events": [{"name": "1"}]})

    assert (good.status_code, good.json()) == (200, {"validationMessages": []})
    messages = bad.json()["validationMessages"]
    assert messages
    assert set(messages[0]) == {"fieldPath", "description", "validationCode"}
    assert bodies(client) == []


def test_debug_gives_advice_when_asked_to(client: httpx.Client) -> None:
    """Recommendations are messages only under `ENFORCE_RECOMMENDATIONS`, as at Google."""
    params = {"transaction_id": "T-1", "currency": "EUR", "value": 10.1}
    payload = {**PURCHASE, "events": [{"name": "purchase", "params": params}]}
    enforced = {**payload, "validation_behavior": "ENFORCE_RECOMMENDATIONS"}

    relaxed_answer = client.post(f"/debug{COLLECT}", json=payload).json()
    enforced_answer = client.post(f"/debug{COLLECT}", json=enforced).json()

    assert relaxed_answer == {"validationMessages": []}
    places = [message["fieldPath"] for message in enforced_answer["validationMessages"]]
    assert "events[0].params.items" in places


@pytest.mark.parametrize("missing", ["measurement_id", "api_secret"])
def test_a_query_without_its_parts_is_an_error(client: httpx.Client, missing: str) -> None:
    """GA4 drops a request that lacks the stream or the secret, and says nothing."""
    query = {"measurement_id": "G-TEST123456", "api_secret": "s3cr3t-s3cr3t"}
    del query[missing]
    client.post("/mp/collect", params=query, json=PURCHASE)

    (event,) = client.get("/events").json()
    assert event["verdict"] == "error"
    assert [finding["path"] for finding in event["findings"]] == [missing]


def test_the_secret_is_never_shown(client: httpx.Client) -> None:
    """The api_secret is kept nowhere, not even where a sender put it into the body as well."""
    client.post(COLLECT, json=PURCHASE)
    client.post(COLLECT, json={**PURCHASE, "user_id": "s3cr3t-s3cr3t"})

    answer = client.get("/events")
    assert b"s3cr3t" not in answer.content
    assert answer.json()[1]["verdict"] == "error"
    assert "api_secret" in answer.json()[1]["findings"][0]["message"]


def test_delete_forgets(client: httpx.Client) -> None:
    """After `DELETE /events` there are none."""
    client.post(COLLECT, json=PURCHASE)

    assert client.delete("/events").status_code == 204
    assert client.get("/events").json() == []


def test_only_the_newest_events_are_kept() -> None:
    """Memory does not grow for ever: the oldest events are forgotten."""
    with running(Collector(history=EventHistory(events=3))) as client:
        for number in range(5):
            client.post(COLLECT, json={"number": number})

        assert bodies(client) == [{"number": 2}, {"number": 3}, {"number": 4}]


def test_many_senders_at_once_lose_nothing(client: httpx.Client) -> None:
    """Events of concurrent senders are all there, and can be read meanwhile."""
    numbers = range(600)

    def send(number: int) -> None:
        client.post(COLLECT, json={"number": number})
        if number % 100 == 0:
            client.get("/events").raise_for_status()

    with ThreadPoolExecutor(16) as senders:
        list(senders.map(send, numbers))

    assert sorted(body["number"] for body in bodies(client)) == list(numbers)


def test_a_status_fault_refuses_every_nth(client: httpx.Client) -> None:
    """A refused request is answered with the status and is not recorded."""
    client.post(COLLECT, json={"number": 0})
    set_fault(client, status=503, every=3)

    answers = [client.post(COLLECT, json={"number": n}).status_code for n in range(1, 7)]

    assert answers == [204, 204, 503, 204, 204, 503]
    assert [body["number"] for body in bodies(client)] == [0, 1, 2, 4, 5]


def test_every_is_one_unless_said(client: httpx.Client) -> None:
    """A fault without `every` hits each request."""
    set_fault(client, status=500)

    assert [client.post(COLLECT).status_code for _ in range(2)] == [500, 500]


def test_a_delay_answers_late_and_records_at_once(client: httpx.Client) -> None:
    """A delayed request has been recorded long before it is answered."""
    set_fault(client, delay_ms=1000, every=2)
    client.post(COLLECT, json={"number": 1})

    with ThreadPoolExecutor(1) as sender:
        started = time.monotonic()
        late = sender.submit(client.post, COLLECT, json={"number": 2})
        while len(bodies(client)) < 2:
            time.sleep(0.01)
        was_answered = late.done()
        assert late.result().status_code == 204

    assert not was_answered
    assert time.monotonic() - started >= 1


def test_a_drop_records_and_never_answers(client: httpx.Client) -> None:
    """A dropped request has arrived, and its sender cannot know it."""
    set_fault(client, drop_after_read=True, every=2)
    assert client.post(COLLECT, json={"number": 1}).status_code == 204

    with pytest.raises(httpx.TransportError):
        client.post(COLLECT, json={"number": 2})

    assert client.post(COLLECT, json={"number": 3}).status_code == 204
    assert [body["number"] for body in bodies(client)] == [1, 2, 3]


def test_a_new_fault_replaces_the_old_one_and_counts_anew(client: httpx.Client) -> None:
    """There is one fault at a time, counted from when it was set; `{}` ends it."""
    set_fault(client, status=500)
    set_fault(client, status=503, every=2)
    answers = [client.post(COLLECT).status_code for _ in range(2)]
    set_fault(client)

    assert answers == [204, 503]
    assert [client.post(COLLECT).status_code for _ in range(2)] == [204, 204]


def test_faults_leave_the_validation_path_alone(client: httpx.Client) -> None:
    """Only collecting misbehaves, and only collecting is counted."""
    set_fault(client, status=503, every=2)

    debug = [client.post(f"/debug{COLLECT}", json=PURCHASE).status_code for _ in range(2)]
    assert debug == [200, 200]
    assert client.post(COLLECT).status_code == 204


def test_a_wrong_fault_is_refused_by_name(client: httpx.Client) -> None:
    """A fault that is none is answered 400 with the field, and changes nothing."""
    set_fault(client, status=503)
    answer = client.post("/faults", json={"status": 503, "every": 0})

    assert answer.status_code == 400
    assert "every" in answer.json()["error"]
    assert client.post(COLLECT).status_code == 503


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", COLLECT, 405), ("POST", "/elsewhere", 404)]
)
def test_other_requests_are_refused(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    """Collecting is posting, as at Google; there is nothing else."""
    assert client.request(method, path).status_code == status


@pytest.mark.parametrize("path", ["/stack", "/stack/secrets"])
def test_a_collector_alone_has_no_stack(client: httpx.Client, path: str) -> None:
    """It says so, instead of describing functions that are not there."""
    answer = client.get(path)

    assert answer.status_code == 404
    assert "collector alone" in answer.json()["error"]


def test_a_taken_port_is_one_clear_error(client: httpx.Client) -> None:
    """A second collector on the same port says which port it cannot have."""
    port = client.base_url.port
    assert port is not None

    async def start() -> None:
        """Try to listen there."""
        async with Collector(port):
            pass

    with pytest.raises(FailedError, match=f"port {port}"):
        asyncio.run(start())


def test_it_listens_on_loopback_only() -> None:
    """Nobody else on the network can reach it."""

    async def address() -> str:
        """Return where it listens."""
        async with Collector() as collector:
            return collector.url

    assert asyncio.run(address()).startswith("http://127.0.0.1:")
