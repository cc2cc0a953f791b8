"""Google's own Pub/Sub emulator, one for all tests, and what a test looks into it with."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

import grpc
import httpx
import pytest
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from google.pubsub_v1.types import PubsubMessage, Subscription

from tools.ports import HOST, choose_ports

_START_SECONDS: Final = 60.0
_GRACE_SECONDS: Final = 10.0


class PubSubEmulator:
    """A running emulator; it has the project `shop`.

    Attributes:
        address: `host:port`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        channel = grpc.insecure_channel(address)
        self._publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        self._subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))

    def topic(self, name: str) -> str:
        """Make a topic and an ordering subscription to it; return the topic's whole name."""
        topic = f"projects/shop/topics/{name}"
        self._publisher.create_topic(name=topic)
        self._subscriber.create_subscription(
            request=Subscription(
                name=_subscription(topic), topic=topic, enable_message_ordering=True
            )
        )
        return topic

    def messages(self, topic: str, count: int = 1) -> list[PubsubMessage]:
        """Return what was published to a topic, once there are as many messages."""
        found: list[PubsubMessage] = []
        give_up_at = time.monotonic() + _GRACE_SECONDS
        subscription = _subscription(topic)
        while len(found) < count:
            assert time.monotonic() < give_up_at, f"{len(found)} messages and not {count}"
            pulled = self._subscriber.pull(subscription=subscription, max_messages=100, timeout=5)
            if pulled.received_messages:
                ids = [received.ack_id for received in pulled.received_messages]
                self._subscriber.acknowledge(subscription=subscription, ack_ids=ids)
                found += [received.message for received in pulled.received_messages]
        return found

    def close(self) -> None:
        """Close the connection; the emulator goes on."""
        self._publisher.transport.close()  # type: ignore[no-untyped-call]


def _subscription(topic: str) -> str:
    return topic.replace("/topics/", "/subscriptions/")


@pytest.fixture(scope="session")
def pubsub_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubSubEmulator]:
    """Start the emulator; where gcloud or the emulator is missing, skip, except in CI."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        _missing("gcloud is not installed")
    folder = tmp_path_factory.mktemp("pubsub")
    (port,) = choose_ports(0, ["the Pub/Sub emulator"])
    address = f"{HOST}:{port}"
    process = _start(gcloud, address, folder)
    try:
        _await_start(process, address, folder)
        emulator = PubSubEmulator(address)
        yield emulator
        emulator.close()
    finally:
        _stop(process)


def _start(gcloud: str, address: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start gcloud and the Java it starts as a group, with settings and data of their own."""
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - Google's tool
            [
                gcloud,
                *("beta", "emulators", "pubsub", "start", "--quiet", "--project=shop"),
                *(f"--host-port={address}", f"--data-dir={folder}"),
            ],
            env={**os.environ, "CLOUDSDK_CONFIG": str(folder / "gcloud")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _await_start(process: subprocess.Popen[bytes], address: str, folder: Path) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            said = (folder / "log").read_text(encoding="utf-8", errors="replace")
            _missing(f"gcloud does not start the Pub/Sub emulator: {said[-500:]}")
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://{address}", trust_env=False).is_success:
                return
        time.sleep(0.1)
    pytest.fail(f"the Pub/Sub emulator does not answer within {_START_SECONDS} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the group that we started: Java does not end with gcloud."""
    for way in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, way)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
