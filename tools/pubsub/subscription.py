"""A Google Pub/Sub subscription that is pulled by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from shared.google_cloud.errors import silence, translate_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.pubsub_v1 import SubscriberClient

_CLIENT: Final = "google.pubsub_v1"
_TIMEOUT_SECONDS: Final = 10.0
# Nothing after so long is taken for nothing there.
_PATIENCE_SECONDS: Final = 2.0
LEASE_SECONDS: Final = 300
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Pulled:
    """A message that is ours until its lease ends.

    Attributes:
        ack_id: What to acknowledge it with.
        message_id: Pub/Sub's.
        data: What was published.
        attributes: What it was published with.
        ordering_key: The same.
        published_at: When Pub/Sub took it, UTC.
    """

    ack_id: str
    message_id: str
    data: bytes
    attributes: "Mapping[str, str]"
    ordering_key: str
    published_at: datetime


class Subscription:
    """One subscription.

    Args:
        name: `projects/P/subscriptions/S`.
        emulator: `host:port` of Google's emulator: neither TLS nor credentials.

    Raises:
        MisconfiguredError: There are no credentials.
    """

    def __init__(self, name: str, emulator: str | None = None) -> None:
        self._name = name
        with translate_errors("Pub/Sub"):
            self._client = _connect(emulator)

    def pull(self, most: int) -> list[Pulled]:
        """Take messages, and hold them for `LEASE_SECONDS`; none when there are none.

        Args:
            most: How many at most.

        Raises:
            UnavailableError: Pub/Sub is out of reach or overloaded.
            MisconfiguredError: There is no such subscription, or it may not be pulled.
        """
        from google.api_core.exceptions import DeadlineExceeded  # noqa: PLC0415 - import cost

        with translate_errors("Pub/Sub"):
            try:
                answer = self._client.pull(
                    subscription=self._name,
                    max_messages=min(most, _BATCH),
                    timeout=_PATIENCE_SECONDS,
                )
            except DeadlineExceeded:
                return []
        found = [
            Pulled(
                ack_id=received.ack_id,
                message_id=received.message.message_id,
                data=received.message.data,
                attributes=dict(received.message.attributes),
                ordering_key=received.message.ordering_key,
                published_at=received.message.publish_time,
            )
            for received in answer.received_messages
        ]
        self._hold(found, LEASE_SECONDS)
        return found

    def acknowledge(self, messages: Sequence[Pulled]) -> None:
        """Give messages up for good. Raises as `pull`."""
        for batch in _batches(messages):
            with translate_errors("Pub/Sub"):
                self._client.acknowledge(
                    subscription=self._name, ack_ids=batch, timeout=_TIMEOUT_SECONDS
                )

    def release(self, messages: Sequence[Pulled]) -> None:
        """Put messages back: they can be pulled again at once. Raises as `pull`."""
        self._hold(messages, 0)

    def _hold(self, messages: Sequence[Pulled], seconds: int) -> None:
        for batch in _batches(messages):
            with translate_errors("Pub/Sub"):
                self._client.modify_ack_deadline(
                    subscription=self._name,
                    ack_ids=batch,
                    ack_deadline_seconds=seconds,
                    timeout=_TIMEOUT_SECONDS,
                )

    def close(self) -> None:
        """Close the connection."""
        self._client.transport.close()  # type: ignore[no-untyped-call]


def _batches(messages: Sequence[Pulled]) -> list[list[str]]:
    ids = [message.ack_id for message in messages]
    return [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]


def _connect(emulator: str | None) -> "SubscriberClient":
    from google.pubsub_v1 import SubscriberClient  # noqa: PLC0415 - import cost

    silence(_CLIENT)
    if emulator is None:
        return SubscriberClient()
    from google.pubsub_v1.services.subscriber.transports import (  # noqa: PLC0415 - import cost
        SubscriberGrpcTransport,
    )
    from grpc import insecure_channel  # noqa: PLC0415 - import cost

    return SubscriberClient(transport=SubscriberGrpcTransport(channel=insecure_channel(emulator)))
