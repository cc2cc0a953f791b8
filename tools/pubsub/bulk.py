"""Publishing very many messages to one topic."""

import concurrent.futures
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shared.errors import UnavailableError
from shared.google_cloud.errors import silence, translate_errors

if TYPE_CHECKING:
    from google.cloud.pubsub_v1 import PublisherClient

    from shared.messages.outgoing import Message

# Half of what one request may hold: the client counts a message's data and not all around it.
_BATCH_MESSAGES: Final = 500
_BATCH_BYTES: Final = 5_000_000
_BATCH_SECONDS: Final = 0.02
PATIENCE_SECONDS: Final = 60.0
_CLIENTS: Final = ("google.cloud.pubsub_v1", "google.pubsub_v1")


@dataclass(frozen=True, slots=True)
class Publication:
    """A message on its way.

    Attributes:
        future: Google's own.
    """

    future: Any

    @property
    def settled(self) -> bool:
        """Whether it is known how it ended."""
        return bool(self.future.done())

    def confirm(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until Pub/Sub keeps the message.

        Args:
            seconds: How long. Google's client would go on for ever with a message that has an
                ordering key.

        Raises:
            UnavailableError: Pub/Sub is out of reach or overloaded, and it is unknown whether it
                has the message.
            MisconfiguredError: There is no such topic, or it may not be published to.
        """
        from google.cloud.pubsub_v1.publisher.exceptions import (  # noqa: PLC0415 - import cost
            PublishToPausedOrderingKeyException,
        )

        with translate_errors("Pub/Sub"):
            try:
                self.future.result(timeout=seconds)
            except (concurrent.futures.CancelledError, PublishToPausedOrderingKeyException):
                message = "Pub/Sub was not asked: an earlier message of the key failed"
                raise UnavailableError(message) from None


class BulkTopic:
    """One topic, published to in batches by threads of Google's client.

    Args:
        topic: `projects/P/topics/T`.
        emulator: `host:port` of Google's emulator: neither TLS nor credentials.

    Raises:
        MisconfiguredError: There are no credentials.
    """

    def __init__(self, topic: str, emulator: str | None = None) -> None:
        self._topic = topic
        with translate_errors("Pub/Sub"):
            self._client = _connect(emulator)

    def publish(self, message: "Message") -> Publication:
        """Send a message on its way: with others, once there are enough or a moment has passed.

        Args:
            message: The message.
        """
        sent = self._client.publish(
            self._topic, message.data, ordering_key=message.ordering_key, **message.attributes
        )
        return Publication(sent)

    def close(self) -> None:
        """Close the connection, once nothing is on its way any more.

        After a failure there may be: the client's threads complain when their connection is gone,
        so it is left to the end of the process.
        """
        self._client.transport.close()


def _connect(emulator: str | None) -> "PublisherClient":
    from google.cloud.pubsub_v1 import PublisherClient, types  # noqa: PLC0415 - import cost

    for package in _CLIENTS:
        silence(package)
    batches = types.BatchSettings(
        max_bytes=_BATCH_BYTES, max_latency=_BATCH_SECONDS, max_messages=_BATCH_MESSAGES
    )
    # The client's own flow control would wait without an end; whoever publishes bounds what is on
    # its way.
    options = types.PublisherOptions(enable_message_ordering=True)
    if emulator is None:
        return PublisherClient(batches, options)
    from google.pubsub_v1.services.publisher.transports import (  # noqa: PLC0415 - import cost
        PublisherGrpcTransport,
    )
    from grpc import insecure_channel  # noqa: PLC0415 - import cost

    transport = PublisherGrpcTransport(channel=insecure_channel(emulator))
    return PublisherClient(batches, options, transport=transport)
