"""Both ways to GA4 against one server: what a contract for all sinks needs to know of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.data_manager.client import DataManager
from shared.data_manager.destination import Destination
from shared.delivery.sinks import SinkClient
from shared.ga4.measurement_protocol import MeasurementProtocol
from shared.secrets.secret import Secret
from shared.sinks.sending import SendResult
from tests.support.faulty_server import FaultyServer, Seen, answer

SECRET: Final = Secret("sEcReT-api_value")


@dataclass(frozen=True)
class Kit:
    """One sink.

    Attributes:
        open: Makes it for a server.
        body: An event for it.
        taken: How its API says that it took the event.
        attempt_seconds: How long it waits for one answer.
    """

    open: Callable[[str], SinkClient]
    body: bytes
    taken: bytes
    attempt_seconds: float

    async def sent(
        self, script: Sequence[bytes | str], *, resend: bool = True, body: bytes | None = None
    ) -> tuple[SendResult, list[Seen]]:
        """Send an event to a server that follows a script."""
        async with FaultyServer(script) as server:
            sink = self.open(server.url)
            result = await sink.send(body or self.body, SECRET, resend=resend)
            await sink.close()
        return result, server.seen


async def _secret() -> Secret:
    return SECRET


def _measurement_protocol(url: str) -> SinkClient:
    return MeasurementProtocol(url, "G-TEST123", _secret)


def data_manager(url: str) -> DataManager:
    """Return the Data Manager API's client for a server."""
    return DataManager(url, Destination("123456789", "G-TEST123"), lambda: datetime.now(UTC))


KITS: Final = {
    "measurement_protocol": Kit(
        _measurement_protocol, b'{"client_id":"1.2","events":[]}', answer(204), 3.0
    ),
    "data_manager": Kit(
        data_manager, b'{"eventName":"purchase"}', answer(200, body=b'{"requestId":"r-1"}'), 5.0
    ),
}
