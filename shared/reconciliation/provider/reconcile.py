"""A span of a provider's record against the ledger."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

import msgspec

from shared.errors import MisconfiguredError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.providers.event import ProviderEvent
from shared.reconciliation.provider.findings import Findings
from shared.reconciliation.provider.open_record import StandIns, open_record
from shared.reconciliation.provider.standing import WRONG, Standing, Status
from shared.reconciliation.provider.unmatched import unmatched_entries
from shared.reconciliation.span import Span
from shared.settings.providers import Provider

Parts = Sequence[AsyncIterator[ProviderEvent]]
Watch = Callable[[Parts], Iterable[AsyncIterator[ProviderEvent]]]


class Reconciled(msgspec.Struct, frozen=True):
    """What came of a span.

    Attributes:
        provider: Whose record was compared.
        span: The time that was compared.
        events: How many events the provider listed.
        standings: How every expected entry stand_ins, and every unmatched one.
    """

    provider: str
    span: Span
    events: int
    standings: tuple[Standing, ...]

    @property
    def counts(self) -> Counter[Status]:
        """How many stand how."""
        return Counter(found.word for found in self.standings)

    @property
    def balances(self) -> bool:
        """Whether nothing is missing, different, unmatched, rejected or not settled."""
        return not any(found.word in WRONG for found in self.standings)


class ProviderReconciliation(msgspec.Struct, frozen=True):
    """Compares the ledger of a webhook with a provider's own record.

    Attributes:
        payments: The webhook's pipeline: its ledger, and the way a repair takes.
        name: The provider.
        stand_ins: Where the provider's API is.
        repair: Whether what is missing is fed to the pipeline.
    """

    payments: PaymentWebhook
    name: str
    stand_ins: StandIns
    repair: bool

    async def over(
        self, span: Span, account: str | None = None, *, watch: Watch = iter
    ) -> Reconciled:
        """Compare a span.

        Args:
            span: The time.
            account: A connected account of Stripe's, instead of the key's own.
            watch: Is given the parts of the record and yields them, to show how far it is.

        Raises:
            UnavailableError: The provider or the store is out of reach.
            MisconfiguredError: There is no key, or it may not read the record.
        """
        provider = self._provider()
        record = await open_record(self.payments, provider, self.stand_ins, account)
        try:
            findings = Findings(self.payments, provider, record, span, repair=self.repair)
            for part in watch(record.parts(span)):
                await findings.add(part)
            known = findings.also | findings.standings.keys()
            found = [
                standing
                async for standing in unmatched_entries(
                    self.payments, provider, record, span, known
                )
            ]
        finally:
            await record.close()
        standings = (*findings.standings.values(), *found)
        return Reconciled(self.name, span, findings.events, standings)

    async def close(self) -> None:
        """Let go of everything that was opened."""
        await self.payments.apis.close()
        await self.payments.topics.close()
        await self.payments.sender.close()
        await self.payments.sender.stores.ledger.close()

    def _provider(self) -> Provider:
        if self.name not in self.payments.settings.providers:
            raise MisconfiguredError(f"PAYMENT_PROVIDERS: no {self.name} among them")
        return self.payments.settings.providers[self.name]
