"""Stripe's payments against the ledger's entries, day by day."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shared.domain.link import Link
from shared.errors import ConnectorError, InProgressError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.outcome import Outcome, Result
from shared.providers.event import ProviderEvent
from shared.reconciliation.expected import Expectation, Expected
from shared.reconciliation.stripe.standing import Standing, Word, standing
from shared.settings import Provider

_AT_ONCE: Final = 16
_REPAIRED: Final = {
    Result.DELIVERED: Word.REPAIRED,
    Result.PUBLISHED: Word.REPAIRED,
    Result.DUPLICATE: Word.DELIVERED,  # the same money, under the id of an earlier event
    Result.WITHHELD: Word.WITHHELD,
    Result.UNCERTAIN: Word.UNCERTAIN,
    Result.REJECTED: Word.REJECTED,
}


@dataclass
class Findings:
    """What was compared, and what is to be said of it.

    Attributes:
        payments: The pipeline whose ledger it is, and which repairs.
        provider: Stripe's entry of the settings.
        repair: Whether what is missing is fed to the pipeline.
        events: How many events Stripe listed.
        standings: How each expected entry stands, by its key.
    """

    payments: PaymentWebhook
    provider: Provider
    repair: bool
    events: int = 0
    standings: dict[str, Standing] = field(default_factory=dict)

    async def add(self, events: AsyncIterator[ProviderEvent]) -> None:
        """Compare events, the oldest first.

        Args:
            events: What Stripe listed.
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
        expected = Expected(self.payments.settings, self.payments.history.orders)
        found = await asyncio.gather(*(self._standing(expected, event) for event in events))
        for event, now in zip(events, found, strict=True):
            if now is None:
                continue
            if isinstance(now, Link):
                if self.repair:  # refunds find their order by what links teach
                    await self.payments.settle(self.provider, event)
                continue
            before = self.standings.get(now.key)
            if before is not None and before.word is not Word.MISSING:
                continue
            if now.word is Word.MISSING and self.repair:
                now = await self._repaired(event, now)  # noqa: PLW2901 - as it stands since
            self.standings[now.key] = now

    async def _standing(self, expected: Expected, event: ProviderEvent) -> Standing | Link | None:
        should = await expected.of(self.provider, event)
        if not isinstance(should, Expectation):
            return should
        entry = await self.payments.sender.ledger.find(should.fact.key)
        return standing(should, event.source, entry)

    async def _repaired(self, event: ProviderEvent, found: Standing) -> Standing:
        """Feed an event to the pipeline as if Stripe had delivered it now."""
        try:
            outcome: Outcome = await self.payments.settle(self.provider, event)
        except InProgressError as error:
            return replace(found, word=Word.PENDING, reason=str(error))
        except ConnectorError as error:
            return replace(found, reason=str(error))
        word = _REPAIRED.get(outcome.result, Word.MISSING)
        return replace(found, word=word, reason=outcome.reason)
