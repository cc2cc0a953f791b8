"""A span of Stripe's events against the ledger, day by day."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import MisconfiguredError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.providers.stripe import MEANINGS
from shared.reconciliation.span import Span
from shared.reconciliation.stripe.events import StripeEvents
from shared.reconciliation.stripe.findings import Findings
from shared.reconciliation.stripe.standing import WRONG, Standing, Word
from shared.reconciliation.stripe.unmatched import unmatched_entries
from shared.settings import Provider

_KEY: Final = "PAYMENT_PROVIDERS stripe.api_key"
_STRIPE: Final = "stripe"

Watch = Callable[[Sequence[Span]], Iterable[Span]]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of a span.

    Attributes:
        span: The time that was compared.
        events: How many events Stripe listed.
        standings: How every expected entry stands, and every unmatched one.
    """

    span: Span
    events: int
    standings: tuple[Standing, ...]

    @property
    def counts(self) -> Counter[Word]:
        """How many stand how."""
        return Counter(found.word for found in self.standings)

    @property
    def balances(self) -> bool:
        """Whether nothing is missing, unmatched, rejected or not settled."""
        return not any(found.word in WRONG for found in self.standings)


@dataclass(frozen=True, slots=True)
class StripeReconciliation:
    """Compares the ledger of a webhook with Stripe's own record of its events.

    Attributes:
        payments: The webhook's pipeline: its ledger, and the way a repair takes.
        repair: Whether what is missing is fed to it.
    """

    payments: PaymentWebhook
    repair: bool

    async def over(
        self, span: Span, account: str | None = None, *, watch: Watch = iter
    ) -> Reconciled:
        """Compare a span.

        Args:
            span: The time.
            account: A connected account, instead of the key's own.
            watch: Is given the days and yields them, to show how far it is.

        Raises:
            UnavailableError: Stripe or the store is out of reach.
            MisconfiguredError: There is no key, or it may not read events.
        """
        provider = self._provider()
        events = await self._events(provider, account)
        findings = Findings(self.payments, provider, repair=self.repair)
        for day in watch(tuple(span.slices())):
            await findings.add(events.of(day, MEANINGS))
        found = [
            standing
            async for standing in unmatched_entries(
                self.payments, provider, events, span, findings.standings
            )
        ]
        return Reconciled(span, findings.events, (*findings.standings.values(), *found))

    async def close(self) -> None:
        """Let go of everything that was opened."""
        await self.payments.stripe_api.close()
        await self.payments.topics.close()
        await self.payments.sender.measurement_protocol.close()
        await self.payments.sender.ledger.close()

    def _provider(self) -> Provider:
        if _STRIPE not in self.payments.settings.providers:
            raise MisconfiguredError("PAYMENT_PROVIDERS: no stripe among them")
        return self.payments.settings.providers[_STRIPE]

    async def _events(self, provider: Provider, account: str | None) -> StripeEvents:
        if provider.api_key is None:
            raise MisconfiguredError(f"{_KEY}: missing; it may read events")
        key = await self.payments.secrets.get(provider.api_key, _KEY)
        live = "_test_" not in key.reveal()
        return StripeEvents(self.payments.stripe_api, key, account, live)
