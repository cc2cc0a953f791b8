"""Google's own Pub/Sub emulator, and what a test looks into it with.

Each test has topics of its own.
"""

import time
from collections.abc import Iterator
from typing import Final

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from google.pubsub_v1.types import (
    DeadLetterPolicy,
    PubsubMessage,
    PushConfig,
    RetryPolicy,
    Subscription,
)

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

    def push(self, topic: str, endpoint: str, *, dead_letters: str, attempts: int) -> None:
        """Push a topic's messages to a function, as Terraform's subscriptions do.

        Args:
            topic: Its whole name; a subscription beside its own is made.
            endpoint: The function's address.
            dead_letters: The topic for what was pushed in vain.
            attempts: After how many.
        """
        second = Duration(seconds=1)
        self._subscriber.create_subscription(
            request=Subscription(
                name=f"{_subscription(topic)}-push",
                topic=topic,
                push_config=PushConfig(push_endpoint=endpoint),
                ack_deadline_seconds=15,
                retry_policy=RetryPolicy(minimum_backoff=second, maximum_backoff=second),
                dead_letter_policy=DeadLetterPolicy(
                    dead_letter_topic=dead_letters, max_delivery_attempts=attempts
                ),
            )
        )

    def publish(self, topic: str, *bodies: bytes) -> None:
        """Publish messages, one after another."""
        messages = [PubsubMessage(data=body) for body in bodies]
        self._publisher.publish(topic=topic, messages=messages)

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
    folder = tmp_path_factory.mktemp("data")
    with emulator("pubsub", f"--data-dir={folder}", factory=tmp_path_factory) as address:
        found = PubSubEmulator(address)
        yield found
        found.close()
