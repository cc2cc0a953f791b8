"""Google's own Pub/Sub emulator, one for all tests, and what a test looks into it with."""

import time
from collections.abc import Iterator
from typing import Final

import grpc
import pytest
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from google.pubsub_v1.types import PubsubMessage, Subscription

from tests.support.emulator import emulator

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
    folder = tmp_path_factory.mktemp("pubsub")
    with emulator("pubsub", f"--data-dir={folder}", folder=folder) as address:
        found = PubSubEmulator(address)
        yield found
        found.close()
