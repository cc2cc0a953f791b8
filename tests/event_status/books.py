"""A ledger, what Google says of its events, and the function between them."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from shared.data_manager.status import StatusApi
from shared.domain.sink import Receipt
from shared.handlers.event_status import EventStatus
from shared.outcome import Outcome, Result
from shared.stores.entry import Entry
from shared.stores.stores import Stores
from tests.stores.conftest import Store
from tests.stores.test_accepted import FACT, accepted
from tests.support.builders import NOW
from tests.support.status_server import StatusServer
from tools.changed import replace

OLD: Final = "PROCESSING_ERROR_REASON_EVENT_TOO_OLD"
AFTER: Final = timedelta(minutes=30)


@dataclass
class Clock:
    """A time that only a test moves."""

    now: datetime = NOW + AFTER

    def __call__(self) -> datetime:
        """Return it."""
        return self.now


@dataclass
class Books:
    """A ledger, what Google says, and the function between them."""

    stores: Stores
    google: StatusServer
    clock: Clock = field(default_factory=Clock)

    async def take(self, *keys: str, request: str = "req-1", size: int | None = None) -> None:
        """Let the sink take events in one request."""
        for index, key in enumerate(keys):
            receipt = Receipt(request, index, size or len(keys))
            await accepted(self.stores.ledger, replace(FACT, business_key=key), receipt)

    def function(self, stores: Stores | None = None) -> EventStatus:
        """Return the handler, over connections of its own."""
        events = (stores or self.stores).accepted
        return EventStatus(events, StatusApi(self.google.url, None), AFTER, self.clock)

    async def run(self, stores: Stores | None = None) -> Outcome:
        """Look up what is due."""
        function = self.function(stores)
        try:
            return await function.run()
        finally:
            await function.api.close()

    async def counts(self) -> dict[str, int]:
        """Look up what is due; return the figures that are not zero."""
        outcome = await self.run()
        assert outcome.result is Result.SETTLED
        return {name: count for name, count in (outcome.counts or {}).items() if count}

    async def entry(self, key: str) -> Entry:
        """Return an entry."""
        found = await self.stores.ledger.find(replace(FACT, business_key=key).key)
        assert found is not None
        return found

    async def states(self, *keys: str) -> list[str]:
        """Return where entries stand, with the reason of those that have one."""
        entries = [await self.entry(key) for key in keys]
        return [f"{each.state} {each.reason or ''}".strip() for each in entries]

    async def notes(self, key: str) -> tuple[str, ...]:
        """Return what Google says of an entry beside."""
        request = (await self.entry(key)).request
        assert request is not None
        return request.notes


def lines(log: io.BytesIO, event: str) -> list[dict[str, Any]]:
    """Return the lines of a kind."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in found if line["event"] == event]


@asynccontextmanager
async def opened(store: Store) -> AsyncIterator[Books]:
    """Open everything."""
    async with store.stores() as stores, StatusServer() as google:
        yield Books(stores, google)
