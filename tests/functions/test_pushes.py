"""Pub/Sub's pushes to real functions: what GA4 gets, and what Pub/Sub is answered."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.functions.running import GA4, ROOT, Json, Webhook
from tests.support.billing_json import renewal
from tests.support.builders import CLIENT_ID
from tests.support.pushing import PUBLISHED_AT
from tests.support.server_json import enrichment, kiosk_sale, server_event
from tools.traffic.request import push_body

FUNCTIONS = ("subscription_renewal", "data_enrichment", "offline_event")
TOKEN = "push-3hR8uVnQ5tYw"


def now() -> str:
    """Return the time, as messages write it."""
    return datetime.fromtimestamp(int(time.time()), UTC).isoformat()


@pytest.fixture(scope="module")
def functions(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Webhook]]:
    """Every function that Pub/Sub pushes to, delivering to `ga4`."""
    folder = tmp_path_factory.mktemp("pushed")
    token, costs = folder / "token", folder / "costs.csv"
    token.write_text(TOKEN)
    costs.write_text("item_id,unit_cost,currency\nmug,4.00,EUR\n")
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                Webhook(
                    folder / name,
                    ga4.url,
                    source=ROOT / "functions" / name / "main.py",
                    function=name,
                    settings={
                        "PAYMENT_PROVIDERS": None,
                        "CATALOGUE": f"csv:{costs}",
                        "PUSH_TOKEN": f"file:{token}",
                    },
                )
            )
            for name in FUNCTIONS
        }


def push(
    function: Webhook, data: bytes, *, path: str = f"/?token={TOKEN}", **headers: str
) -> httpx.Response:
    """Push a message."""
    return function.request(
        "POST", path, content=push_body(data, published_at=PUBLISHED_AT), headers=headers
    )


def about(ga4: GA4, name: str, transaction_id: str | None = None) -> list[Any]:
    """Return the requests with an event of this name."""
    bodies = [found["body"] for found in ga4.events]
    return [
        body
        for body in bodies
        if body["events"][0]["name"] == name
        and transaction_id in (None, body["events"][0]["params"].get("transaction_id"))
    ]


@pytest.mark.parametrize(
    ("function", "message", "event"),
    [
        ("subscription_renewal", renewal(transaction_id="PUSH-1"), "purchase"),
        ("data_enrichment", enrichment(transaction_id="PUSH-2"), "purchase_enriched"),
        (
            "offline_event",
            server_event(event_id="push-3", analytics={"client_id": CLIENT_ID}),
            "generate_lead",
        ),
    ],
)
def test_a_message_is_one_event_however_often_it_is_pushed(
    function: str, message: Json, event: str, functions: dict[str, Webhook], ga4: GA4
) -> None:
    """Each push is acknowledged with nothing to read, and GA4 finds nothing wrong."""
    data = json.dumps({**message, "occurred_at": now()}).encode()
    answers = [push(functions[function], data) for _ in range(3)]
    sent = [found for found in ga4.events if found["body"]["events"][0]["name"] == event]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 3
    assert len(sent) == 1
    assert sent[0]["verdict"] != "error"
    assert sent[0]["body"]["client_id"] == CLIENT_ID
    assert sent[0]["body"]["events"][0]["params"]["mp_source"] == function


@pytest.mark.parametrize("way", ["unwrapped", "structured", "binary", "header"])
def test_every_wrapping_is_taken(way: str, functions: dict[str, Webhook], ga4: GA4) -> None:
    """As subscriptions and Eventarc deliver."""
    order = f"WAY-{way}"
    data = json.dumps(kiosk_sale(transaction_id=order, event_id=order, occurred_at=now())).encode()
    pushed = json.loads(push_body(data, published_at=PUBLISHED_AT))
    requests: dict[str, tuple[bytes, dict[str, str]]] = {
        "unwrapped": (data, {"x-goog-pubsub-message-id": "1"}),
        "structured": (
            json.dumps({"specversion": "1.0", "id": "1", "data": pushed}).encode(),
            {"content-type": "application/cloudevents+json"},
        ),
        "binary": (json.dumps(pushed).encode(), {"ce-id": "1", "ce-specversion": "1.0"}),
        "header": (json.dumps(pushed).encode(), {}),
    }
    body, headers = requests[way]
    path = "/" if way == "header" else f"/?token={TOKEN}"
    if way == "header":
        headers = {"x-push-token": TOKEN}
    answer = functions["offline_event"].request("POST", path, content=body, headers=headers)

    assert answer.status_code == 204
    assert len(about(ga4, "purchase", order)) == 1


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "data", [b"\xff\x00", b"null", b'{"schema": "other/1"}', b"x" * (1024 * 1024 + 1)]
)
def test_poison_is_acknowledged_and_on_record(
    function: str, data: bytes, functions: dict[str, Webhook]
) -> None:
    """It can never succeed, so it must not come again."""
    before = len(functions[function].lines("event"))
    answer = push(functions[function], data)
    (line,) = functions[function].lines("event")[before:]

    assert (answer.status_code, answer.content) == (204, b"")
    assert line["outcome"] == "rejected"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"message": {"data": "!!", "messageId": "1"}}'])
def test_what_is_no_push_is_acknowledged_and_on_record(
    body: bytes, functions: dict[str, Webhook]
) -> None:
    """A push that nobody can read will not get better."""
    answer = functions["offline_event"].request("POST", f"/?token={TOKEN}", content=body)

    assert answer.status_code == 204
    assert functions["offline_event"].lines("event")[-1]["outcome"] == "rejected"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_push_without_the_token_is_refused_and_tells_no_secret(
    function: str, functions: dict[str, Webhook]
) -> None:
    """Whoever found the address is not Pub/Sub."""
    before = len(functions[function].lines("event"))
    for path in ("/", "/?token=", "/?token=wrong"):
        assert push(functions[function], b"{}", path=path).status_code == 400
    assert len(functions[function].lines("event")) == before
    assert TOKEN.encode() not in functions[function].said


def test_ga4_out_of_reach_brings_the_message_again(functions: dict[str, Webhook], ga4: GA4) -> None:
    """Nothing was sent and nothing stays claimed: 503, and the next push delivers."""
    data = json.dumps(renewal(transaction_id="DOWN-1", occurred_at=now())).encode()
    ga4.misbehave(status=503, every=1)
    first = push(functions["subscription_renewal"], data)
    ga4.misbehave()

    assert first.status_code == 503
    assert push(functions["subscription_renewal"], data).status_code == 204


def test_only_posts_are_pushes(functions: dict[str, Webhook]) -> None:
    """As everywhere."""
    assert functions["offline_event"].request("GET").status_code == 405
