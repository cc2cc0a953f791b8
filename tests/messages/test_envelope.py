"""Pub/Sub's pushes in every wrapping."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import MalformedError
from shared.messages.envelope import Message, read_envelope
from tests.support.places import beside
from tests.support.strategies import JSON

DATA: Final = b'{"schema": "billing-event/1"}'
PUSH: Final[dict[str, Any]] = {
    "message": {
        "data": base64.b64encode(DATA).decode(),
        "attributes": {"schema": "billing-event/1"},
        "messageId": "77",
        "publishTime": "2026-11-23T12:00:00.5Z",
        "orderingKey": "sub_1",
    },
    "subscription": "projects/shop/subscriptions/renewals",
    "deliveryAttempt": 3,
}
WHOLE: Final = Message(
    data=DATA,
    message_id="77",
    attributes={"schema": "billing-event/1"},
    ordering_key="sub_1",
    published_at=datetime(2026, 11, 23, 12, 0, 0, 500_000, UTC),
    delivery_attempt=3,
    subscription="projects/shop/subscriptions/renewals",
)


def read(body: object, **headers: str) -> Message:
    """Read a JSON body under headers whose names are written with underscores."""
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return read_envelope(pairs, json.dumps(body).encode())


def structured(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a CloudEvent in structured mode."""
    kind = "google.cloud.pubsub.topic.v1.messagePublished"
    return {"specversion": "1.0", "type": kind, "source": "//x", "id": "77", **fields}


def test_a_plain_push_is_read() -> None:
    """Every part of it."""
    assert read(PUSH) == WHOLE


def test_cloud_events_in_both_modes_are_the_same_message() -> None:
    """An Eventarc trigger works too."""
    encoded = base64.b64encode(json.dumps(PUSH).encode()).decode()

    assert read(PUSH, ce_id="77", ce_specversion="1.0", ce_type="x") == WHOLE
    assert read(structured(data=PUSH)) == WHOLE
    assert read(structured(data_base64=encoded)) == WHOLE


def test_an_unwrapped_message_has_its_metadata_in_headers() -> None:
    """Its attributes stand among the request's own headers, and what proves the caller does not."""
    headers = (
        ("host", "example"),
        ("authorization", "Bearer x"),
        ("user-agent", "APIs-Google"),
        ("x-goog-pubsub-message-id", "77"),
        ("x-goog-pubsub-subscription-name", "projects/shop/subscriptions/renewals"),
        ("x-goog-pubsub-publish-time", "2026-11-23T12:00:00.5Z"),
        ("x-goog-pubsub-ordering-key", "sub_1"),
        ("x-goog-pubsub-delivery-attempt", "3"),
        ("schema", "billing-event/1"),
    )

    assert read_envelope(headers, DATA) == WHOLE


def test_unwrapped_data_may_be_any_bytes() -> None:
    """Even those that look wrapped."""
    body = json.dumps(PUSH).encode()
    for data in (body, b"\xff\x00", b""):
        assert read_envelope((("x-goog-pubsub-message-id", "1"),), data).data == data


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"data": "e30", "messageId": "1"}, "message.data: not base64"),
        ({"data": "e 30=", "messageId": "1"}, "message.data: not base64"),
        ({"data": "-_==", "messageId": "1"}, "message.data: not base64"),
        ({"data": "ö", "messageId": "1"}, "message.data: not base64"),
        ({"data": 5, "messageId": "1"}, "message.data: expected text"),
        ({"data": "e30="}, "message.messageId: missing"),
        ({"data": "e30=", "messageId": "1", "attributes": {"a": 1}}, "message.attributes"),
    ],
)
def test_a_broken_push_names_what_is_wrong(message: object, problem: str) -> None:
    """Base64 is read strictly: a lenient reading would make other bytes of it."""
    with pytest.raises(MalformedError, match=problem.replace("|", r"\|")):
        read({"message": message})


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"\xff", b"{" * 9999, b'{"a":1}'])
def test_what_is_no_push_is_malformed(body: bytes) -> None:
    """Nobody guesses."""
    with pytest.raises(MalformedError):
        read_envelope((), body)


def test_attributes_are_found_whatever_their_capitals() -> None:
    """Headers lose them."""
    message = Message(b"", "1", {"X-Shopify-Topic": "orders/paid"})

    assert message.attribute("x-shopify-topic") == "orders/paid"
    assert message.attribute("x-shopify-other") is None


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_parsing_is_total_over_any_body(body: bytes) -> None:
    """It is a message or malformed, never anything else."""
    with suppress(MalformedError):
        assert isinstance(read_envelope((), body), Message)


@given(
    st.dictionaries(
        st.sampled_from(["message", "specversion", "data", "data_base64", "context", "eventId"]),
        JSON
        | st.dictionaries(
            st.sampled_from(["data", "attributes", "messageId", "publishTime", "message"]), JSON
        ),
    )
)
def test_parsing_is_total_over_anything_that_looks_like_a_push(body: Any) -> None:  # noqa: ANN401
    """Whatever stands where a part should."""
    with suppress(MalformedError):
        assert isinstance(read(body), Message)


def test_every_body_of_googles_conformance_suite_is_read() -> None:
    """CloudEvents and the older wrapping, text and bytes, as they come and are handed on."""
    bodies = beside("data/pubsub").glob("*.json")
    read_ones = {path.stem: read_envelope((), path.read_bytes()) for path in bodies}

    assert len(read_ones) == 13
    for name, message in read_ones.items():
        wanted = {
            "pubsub_text": b"test message 3",
            "pubsub_binary": bytes([1, 2, 3, 4]),
            "legacy_pubsub": b"This is a sample message",
        }
        assert message.data == wanted[name.partition("-")[0]], name
        assert message.message_id == "aaaaaa-1111-bbbb-2222-cccccccccccc"
        assert message.published_at == datetime(2020, 9, 29, 11, 32, 0, 123_000, UTC)
