"""The ways to GA4: what each can do, and which of them the settings open."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Protocol

import httpx

from shared.data_manager.destination import Destination
from shared.domain.attributed import AttributedConversion
from shared.domain.sink import Sink
from shared.ga4.check import ValidRequest
from shared.ga4.measurement_protocol import MeasurementProtocol
from shared.secrets.cache import Secrets
from shared.secrets.secret import Secret
from shared.settings.streams import Streams
from shared.sinks.sending import Outgoing, Refusal, SendResult


class SinkClient(Protocol):
    """Sends the events of one stream by one of Google's APIs."""

    def outgoing(
        self, request: ValidRequest, attributed: AttributedConversion, now: datetime, /
    ) -> Outgoing | Refusal:
        """Return what is sent, or why this API would refuse it. Touches nothing.

        Args:
            request: The event, checked against GA4's rules.
            attributed: What of it that request has no place for.
            now: The current time, UTC.
        """
        ...

    async def credential(self) -> Secret:
        """Return what its requests are authorised with.

        Raises:
            MisconfiguredError: It is not where the settings say.
            UnavailableError: It is out of reach.
        """
        ...

    async def send(self, body: bytes, credential: Secret, /, *, resend: bool) -> SendResult:
        """Send an event, within the deadline, and return what became of it.

        Args:
            body: As `outgoing` returned it.
            credential: As `credential` returned it.
            resend: Whether a duplicate does no harm, so that an unclear answer may be retried.
        """
        ...

    async def close(self) -> None:
        """Close the kept connections."""
        ...


Sinks = Mapping[tuple[str, Sink], SinkClient]
"""The ways there are, by the stream's name and the sink's."""


def open_sinks(
    streams: Streams,
    secrets: Secrets,
    clock: Callable[[], datetime],
    transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
) -> Sinks:
    """Return every way to GA4 that a stream has the settings for.

    Args:
        streams: The streams.
        secrets: Reads their secrets.
        clock: The current time, UTC.
        transport: Replaces the network in tests.
    """
    sinks: dict[tuple[str, Sink], SinkClient] = {}
    for name, stream in streams.by_name.items():
        if stream.api_secret is not None:
            sinks[name, Sink.MEASUREMENT_PROTOCOL] = MeasurementProtocol(
                stream.endpoint,
                stream.id,
                partial(secrets.get, stream.api_secret, stream.secret_setting),
                transport,
                app=stream.is_app,
            )
        if stream.property_id is not None:
            # Google's code for tokens costs a cold start, so only who needs it loads it.
            from shared.data_manager.client import DataManager  # noqa: PLC0415 - see above

            destination = Destination(stream.property_id, stream.id, stream.ads)
            sinks[name, Sink.DATA_MANAGER] = DataManager(
                streams.data_manager, destination, clock, transport
            )
    return sinks
