"""A provider's payments against the ledger's entries."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from shared.changed import replace
from shared.domain.conversion import Ignored
from shared.domain.event import Link
from shared.errors import ConnectorError, InProgressError, PendingError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.outcome import Outcome, Result
from shared.providers.event import ProviderEvent
from shared.reconciliation.expected import Expectation, Expected
from shared.reconciliation.provider.counted_twice import counted_twice
from shared.reconciliation.provider.record import Record, UnansweredError
from shared.reconciliation.provider.standing import Standing, Status, standing
from shared.reconciliation.span import Span
from shared.settings.providers import Provider

_AT_ONCE: Final = 16
_TO_CONFIRM: Final = (Status.MISSING, Status.DIFFERENT)
_REPAIRED: Final = {
    Result.DELIVERED: Status.REPAIRED,
    Result.PUBLISHED: Status.REPAIRED,
    Result.DUPLICATE: Status.DELIVERED,  # the same money, under the id of an earlier event
    Result.WITHHELD: Status.WITHHELD,
    Result.UNCERTAIN: Status.UNCERTAIN,
    Result.REJECTED: Status.REJECTED,
}


class Findings(msgspec.Struct):
    """What was compared, and what is to be said of it.

    Attributes:
        payments: The pipeline whose ledger it is, and which repairs.
        provider: The provider's entry of the settings.
        record: The provider's own record.
        span: The time that is compared.
        repair: Whether what is missing is fed to the pipeline.
        events: How many events the provider listed.
        standings: How each expected entry stands, by its key.
        also: Keys of further entries that the payments account for.
    """

    payments: PaymentWebhook
    provider: Provider
    record: Record
    span: Span
    repair: bool
    events: int = 0
    standings: dict[str, Standing] = msgspec.field(default_factory=dict)
    also: set[str] = msgspec.field(default_factory=set)

    async def add(self, events: AsyncIterator[ProviderEvent]) -> None:
        """Compare events, purchases before their refunds.

        Args:
            events: What the provider listed.
        """
        batch: list[ProviderEvent] = []
        async for event in events:
            self.events += 1
            batch.append(event)
            if len(batch) == _AT_ONCE:
                await self._compare(batch)
                batch = []
        await self._compare(batch)

    async def _compare(self, events: Sequence[ProviderEvent]) -> None:
        """Look up what events should have left behind, all at once, and fix it one by one."""
        found = await asyncio.gather(*(self._standing(event) for event in events))
        for event, now in zip(events, found, strict=True):
            if isinstance(now, Standing):
                await self._settle(event, now)
            else:
                await self._teach(event, now)

    async def _teach(self, event: ProviderEvent, meaning: Link | Ignored | None) -> None:
        """Feed an event that is no money to the pipeline: refunds find their order by it."""
        if meaning is not None and self.repair:
            await self.payments.settle(self.provider, event)

    async def _settle(self, event: ProviderEvent, found: Standing) -> None:
        """Keep how an entry stands; what is not as it should be is asked about, and fixed."""
        before = self.standings.pop(found.key, None)
        if before is not None and before.word is not Status.MISSING:
            self.standings[found.key] = before
            return
        confirmed: ProviderEvent | None = event
        if found.word in _TO_CONFIRM:
            try:
                confirmed = await self.record.confirm(event, self.span)
            except UnansweredError as why:
                found = replace(found, word=Status.UNVERIFIED, reason=str(why))
        now = found if confirmed is event else await self._again(confirmed)
        if self.repair and confirmed is not None and now is not None and now.can_be_repaired:
            now = await self._repaired(confirmed, now)
        if now is None:
            self.also.add(found.key)  # nothing is missing under it
        else:
            self.standings[now.key] = now

    async def _again(self, event: ProviderEvent | None) -> Standing | None:
        """Return how an event stands as its webhook brought it; None where it is no money."""
        if event is None:
            return None  # of another time
        again = await self._standing(event)
        if isinstance(again, Standing):
            return again
        await self._teach(event, again)
        return None

    async def _standing(self, event: ProviderEvent) -> Standing | Link | Ignored | None:
        expected = Expected(self.payments.settings, self.payments.history.stores.orders)
        should = await expected.of(self.provider, event)
        if isinstance(should, Link):
            for twice in await counted_twice(self.payments, should, event.source):
                self.standings[twice.key] = twice
        if not isinstance(should, Expectation):
            return should
        self.also |= should.also
        entry = await self.payments.sender.stores.ledger.find(should.fact.key)
        now, snapshots = self.payments.clock(), self.provider.kind.snapshots
        return standing(should, event.source, entry, now, snapshots)

    async def _repaired(self, event: ProviderEvent, found: Standing) -> Standing | None:
        """Feed an event to the pipeline as if the provider had delivered it now.

        Returns:
            How it stands then; None where the pipeline ignores it: it was not missing.
        """
        try:
            outcome: Outcome = await self.payments.settle(self.provider, event)
        except (InProgressError, PendingError) as error:
            return replace(found, word=Status.PENDING, reason=str(error))
        except ConnectorError as error:
            return replace(found, reason=str(error))
        if outcome.result is Result.IGNORED:
            return None
        word = _REPAIRED.get(outcome.result, Status.MISSING)
        return replace(found, word=word, reason=outcome.reason)
