"""Google Pub/Sub topics."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from shared.deadline import give_up_at
from shared.google_cloud.errors import silence, translate_errors

if TYPE_CHECKING:
    from google.pubsub_v1 import PublisherAsyncClient

TIMEOUT_SECONDS: Final = 3.0
# An emulator that was started late is found within one publish; gRPC would wait longer each time.
_SOON_AGAIN: Final = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
)
_CLIENT: Final = "google.pubsub_v1"


class Topics:
    """Publishes single messages through Google's own client.

    The generated asynchronous client and not `google.cloud.pubsub_v1.PublisherClient`: that one
    gathers messages into batches on threads of its own, which a request that publishes one message
    and may only answer once it is kept waits for in vain. The client costs a tenth of a second to
    import after Secret Manager's, so it is imported when the first message is published.

    Args:
        emulator: `host:port` of Google's emulator: neither TLS nor credentials.
    """

    def __init__(self, emulator: str | None = None) -> None:
        self._emulator = emulator
        self._client: PublisherAsyncClient | None = None

    async def publish(
        self, topic: str, data: bytes, *, attributes: Mapping[str, str], ordering_key: str = ""
    ) -> str:
        """Return the id of a message once Pub/Sub keeps it.

        A message may be published twice, where the answer to the first attempt is lost: its
        subscribers know duplicates by the event's id, never by the message's.

        Args:
            topic: `projects/P/topics/T`.
            data: The message.
            attributes: What subscriptions filter by.
            ordering_key: Messages of one key reach an ordering subscription in order.

        Raises:
            UnavailableError: Pub/Sub is out of reach or overloaded.
            MisconfiguredError: There is no such topic, or this function may not publish to it.
        """
        from google.api_core import exceptions, retry  # noqa: PLC0415 - import cost
        from google.pubsub_v1.types import PubsubMessage  # noqa: PLC0415 - import cost

        message = PubsubMessage(data=data, attributes=attributes, ordering_key=ordering_key)
        failures: list[Exception] = []
        again = retry.AsyncRetry(
            predicate=retry.if_exception_type(
                exceptions.Aborted,
                exceptions.InternalServerError,
                exceptions.ServiceUnavailable,
                exceptions.Unknown,
            ),
            initial=0.1,
            maximum=0.5,
            timeout=TIMEOUT_SECONDS,
            on_error=failures.append,
        )
        with translate_errors("Pub/Sub"):
            if self._client is None:
                self._client = self._connect()
            try:
                # Google's own time-outs hold for each attempt: the last may begin just before the
                # end.
                async with asyncio.timeout_at(give_up_at(TIMEOUT_SECONDS)):
                    response = await self._client.publish(
                        topic=topic, messages=[message], timeout=TIMEOUT_SECONDS, retry=again
                    )
            except TimeoutError:
                # What Pub/Sub answered before says more than that time ran out.
                if failures:
                    raise failures[-1] from None
                raise
        message_id: str = response.message_ids[0]
        return message_id

    def _connect(self) -> "PublisherAsyncClient":
        from google.pubsub_v1 import PublisherAsyncClient  # noqa: PLC0415 - import cost

        silence(_CLIENT)
        if self._emulator is None:
            return PublisherAsyncClient()
        from google.pubsub_v1.services.publisher.transports import (  # noqa: PLC0415 - import cost
            PublisherGrpcAsyncIOTransport,
        )
        from grpc import aio  # noqa: PLC0415 - import cost

        channel = aio.insecure_channel(self._emulator, options=_SOON_AGAIN)
        return PublisherAsyncClient(transport=PublisherGrpcAsyncIOTransport(channel=channel))

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.transport.close()  # type: ignore[no-untyped-call]
            self._client = None
