"""Chargebee's own record: its events, which are what its webhooks bring."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from shared.errors import MalformedError, UnavailableError
from shared.provider_api.chargebee import ChargebeeApi, ChargebeeSite
from shared.providers.chargebee.events import parse
from shared.providers.chargebee.mapping import MEANINGS
from shared.providers.event import ProviderEvent
from shared.reconciliation.span import CHARGEBEE_KEPT, Span
from shared.stores.entry import LedgerEvent
from shared.webhooks.delivery import VerifiedDelivery

_EVENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")


class ChargebeeRecord(msgspec.Struct, frozen=True):
    """Reads with a key that may read events.

    Attributes:
        api: Chargebee's.
        site: Which site is asked.
        now: The current time, UTC.
    """

    api: ChargebeeApi
    site: ChargebeeSite
    now: datetime

    @property
    def name(self) -> str:
        """Chargebee's name."""
        return "chargebee"

    @property
    def account(self) -> None:
        """No account: the site is the key's own."""
        return

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return the events of a span, day after day; see `Record`.

        Args:
            span: When they occurred.
        """
        return [self._of(day) for day in span.slices()]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent:
        """Return the event: the list has all of it; see `Record`."""
        del span
        return event

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return the id of the event of an entry, while Chargebee keeps it; see `Record`."""
        del payment_id
        if fact.occurred_at is not None and fact.occurred_at < self.now - CHARGEBEE_KEPT:
            return None
        event_id = fact.source.rpartition(" ")[2]
        return event_id if _EVENT_ID.fullmatch(event_id) else None

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return the event of an id, if Chargebee has it; see `Record`."""
        found = await self.api.event(self.site, reference)
        return None if found is None else _event(found)

    async def close(self) -> None:
        """Close the client."""
        await self.api.close()

    async def _of(self, day: Span) -> AsyncIterator[ProviderEvent]:
        async for raw in self.api.events(self.site, MEANINGS, day.start, day.end):
            event = _event(raw)
            if day.start <= event.created_at < day.end:
                yield event


def _event(raw: msgspec.Raw) -> ProviderEvent:
    """Return an event as an authentic delivery of it would be read: Chargebee itself was asked."""
    try:
        (event,) = parse(VerifiedDelivery("chargebee", bytes(raw)))
    except MalformedError as error:
        raise UnavailableError(f"Chargebee's API gives an event with {error}") from None
    return event
