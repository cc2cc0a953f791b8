"""Google's real client against Google's own emulator, and against a service that misbehaves."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import grpc
import pytest
from google.pubsub_v1.types import PublishRequest, PublishResponse

from shared.errors import CredentialsError, MisconfiguredError, UnavailableError
from shared.google_cloud.topics import TIMEOUT_SECONDS, Topics
from tests.support.loop import in_a_loop
from tests.support.pubsub_emulator import PubSubEmulator
from tools.ports import HOST, choose_ports

RENEWALS: Final = "projects/shop/topics/renewals"
HANG: Final = None


@asynccontextmanager
async def service(
    *statuses: grpc.StatusCode | None, address: str = f"{HOST}:0"
) -> AsyncIterator[tuple[str, list[PublishRequest]]]:
    """Serve Publish: each request ends with the next status; the last goes on for ever."""
    seen: list[PublishRequest] = []

    async def publish(request: PublishRequest, context: Any) -> PublishResponse:  # noqa: ANN401 - gRPC's
        seen.append(request)
        status = statuses[min(len(seen), len(statuses)) - 1]
        if status is HANG:
            await asyncio.sleep(60)
        elif status is not grpc.StatusCode.OK:
            await context.abort(status, "jane@example.com may not see sEcReT")
        return PublishResponse(message_ids=[str(len(seen))])

    method = grpc.unary_unary_rpc_method_handler(
        publish,
        request_deserializer=PublishRequest.deserialize,
        response_serializer=PublishResponse.serialize,
    )
    server = grpc.aio.server()
    handler = grpc.method_handlers_generic_handler(
        "google.pubsub.v1.Publisher", {"Publish": method}
    )
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port(address)
    await server.start()
    try:
        yield f"{HOST}:{port}", seen
    finally:
        await server.stop(0.05)


async def published(address: str, topic: str = RENEWALS, data: bytes = b"{}") -> str:
    """Publish one message over a connection of its own."""
    topics = Topics(address)
    try:
        return await topics.publish(topic, data, attributes={})
    finally:
        await topics.close()


def test_a_message_arrives_as_it_was_published(pubsub_emulator: PubSubEmulator) -> None:
    """Data byte for byte, attributes, ordering key, and the id that its publisher was told."""
    topic = pubsub_emulator.topic("whole")
    data = '{"schema":"billing-event/1","ü":"☂"}'.encode()

    async def publish() -> str:
        topics = Topics(pubsub_emulator.address)
        message_id = await topics.publish(
            topic, data, attributes={"type": "purchase", "event_id": "evt_1"}, ordering_key="sub_1"
        )
        await topics.close()
        return message_id

    message_id = asyncio.run(publish())
    (message,) = pubsub_emulator.messages(topic)

    assert (data, message_id, "sub_1") == (message.data, message.message_id, message.ordering_key)
    assert dict(message.attributes) == {"type": "purchase", "event_id": "evt_1"}


def test_messages_of_one_key_arrive_in_their_order(pubsub_emulator: PubSubEmulator) -> None:
    """Published one after another over one connection."""
    topic = pubsub_emulator.topic("ordered")
    texts = [str(number).encode() for number in range(30)]

    async def publish() -> list[str]:
        topics = Topics(pubsub_emulator.address)
        ids = [
            await topics.publish(topic, text, attributes={}, ordering_key="sub_1") for text in texts
        ]
        await topics.close()
        return ids

    ids = asyncio.run(publish())
    messages = pubsub_emulator.messages(topic, len(texts))

    assert texts == [message.data for message in messages]
    assert ids == [message.message_id for message in messages]


def test_a_message_without_a_key_needs_none(pubsub_emulator: PubSubEmulator) -> None:
    """Neither attributes."""
    topic = pubsub_emulator.topic("plain")

    asyncio.run(published(pubsub_emulator.address, topic, b"alone"))
    (message,) = pubsub_emulator.messages(topic)

    assert (message.data, dict(message.attributes), message.ordering_key) == (b"alone", {}, "")


def test_many_requests_publish_at_once(pubsub_emulator: PubSubEmulator) -> None:
    """Over one connection, none in wait for another."""
    topic = pubsub_emulator.topic("many")

    async def publish() -> list[str]:
        topics = Topics(pubsub_emulator.address)
        sending = (topics.publish(topic, b"%d" % n, attributes={}) for n in range(50))
        ids = await asyncio.gather(*sending)
        await topics.close()
        return ids

    ids = asyncio.run(publish())
    found = {message.message_id: message.data for message in pubsub_emulator.messages(topic, 50)}

    assert [b"%d" % number for number in range(50)] == [found[message_id] for message_id in ids]


@pytest.mark.parametrize(
    ("topic", "problem"),
    [
        pytest.param("projects/shop/topics/nobodys", "NotFound", id="not there"),
        pytest.param("renewals", "InvalidArgument", id="no topic's name"),
    ],
)
def test_a_topic_that_is_not_there_is_a_misconfiguration(
    topic: str, problem: str, pubsub_emulator: PubSubEmulator
) -> None:
    """No retry helps."""
    with pytest.raises(MisconfiguredError) as caught:
        asyncio.run(published(pubsub_emulator.address, topic))

    assert f"Pub/Sub says {problem}" == str(caught.value)


@pytest.mark.parametrize(
    "status",
    [
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.FAILED_PRECONDITION,
    ],
    ids=lambda status: status.name,
)
@in_a_loop
async def test_what_is_not_allowed_is_a_misconfiguration(status: grpc.StatusCode) -> None:
    """Asked once; Google's own text is not repeated."""
    async with service(status) as (address, seen):
        with pytest.raises(MisconfiguredError, match=r"^Pub/Sub says \w+$"):
            await published(address)

    assert len(seen) == 1


@pytest.mark.parametrize(
    "status",
    [
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
    ],
    ids=lambda status: status.name,
)
@in_a_loop
async def test_a_fault_of_a_moment_is_outlived(status: grpc.StatusCode) -> None:
    """The message is published again within the same request."""
    async with service(status, grpc.StatusCode.OK) as (address, seen):
        assert await published(address) == "2"

    assert len(seen) == 2


@pytest.mark.parametrize(
    "status",
    [
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
        HANG,
    ],
    ids=lambda status: "HANG" if status is None else status.name,
)
@in_a_loop
async def test_a_fault_that_lasts_is_out_of_reach(status: grpc.StatusCode | None) -> None:
    """After three seconds at most."""
    started = asyncio.get_running_loop().time()
    async with service(status) as (address, _):
        with pytest.raises(UnavailableError, match=r"^Pub/Sub says \w+$") as caught:
            await published(address)

        assert asyncio.get_running_loop().time() - started < TIMEOUT_SECONDS + 1

    assert "sEcReT" not in str(caught.value)


@in_a_loop
async def test_an_attempt_at_the_last_moment_gets_no_time_of_its_own() -> None:
    """Google's own time-out would begin again with it."""
    waits: Final = [grpc.StatusCode.UNAVAILABLE] * 5
    started = asyncio.get_running_loop().time()
    async with service(*waits, HANG) as (address, seen):
        with pytest.raises(UnavailableError):
            await published(address)

        assert asyncio.get_running_loop().time() - started < TIMEOUT_SECONDS + 1

    assert len(seen) > 2


@in_a_loop
async def test_where_nobody_listens_is_out_of_reach() -> None:
    """And once somebody does, the same connection finds it."""
    (port,) = choose_ports(0, ["nobody"])
    topics = Topics(f"{HOST}:{port}")
    started = asyncio.get_running_loop().time()

    with pytest.raises(UnavailableError, match=r"^Pub/Sub says ServiceUnavailable$"):
        await topics.publish(RENEWALS, b"{}", attributes={})
    assert asyncio.get_running_loop().time() - started < TIMEOUT_SECONDS + 1

    async with service(grpc.StatusCode.OK, address=f"{HOST}:{port}"):
        assert await topics.publish(RENEWALS, b"{}", attributes={}) == "1"
        await topics.close()


@in_a_loop
async def test_the_environments_emulator_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings say where Pub/Sub is, in one place."""
    async with (
        service(grpc.StatusCode.OK) as (address, seen),
        service(grpc.StatusCode.OK) as (other, others),
    ):
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", other)
        await published(address)

    assert (len(seen), len(others)) == (1, 0)


@in_a_loop
async def test_without_credentials_the_real_service_is_a_misconfiguration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer names what is missing; nobody is asked."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")

    with pytest.raises(CredentialsError, match=r"^Pub/Sub: no Google credentials$"):
        await Topics().publish(RENEWALS, b"{}", attributes={})


@in_a_loop
async def test_closing_what_was_never_opened_is_no_error() -> None:
    """A process without topics never connects."""
    await Topics("127.0.0.1:1").close()


@in_a_loop
async def test_googles_client_logs_no_message(caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG it would log every request whole."""
    caplog.set_level(logging.NOTSET)
    for name in ("google", "google.pubsub_v1", "google.pubsub_v1.services", "grpc", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with service(grpc.StatusCode.OK) as (address, _):
        await published(address, data=b"jane@example.com")

    assert not [r for r in caplog.records if "jane" in repr(vars(r)) + r.getMessage()]
