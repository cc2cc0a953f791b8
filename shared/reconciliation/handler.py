"""What Cloud Scheduler asks for: the last days compared and counted."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

import msgspec

from shared.errors import ConnectorError
from shared.observability.log import Severity, log
from shared.outcome import Outcome, Result
from shared.reconciliation.export import finding
from shared.reconciliation.export.days import SETTLED
from shared.reconciliation.export.reconciliation import ExportReconciliation
from shared.reconciliation.provider import standing
from shared.reconciliation.provider.reconcile import ProviderReconciliation
from shared.reconciliation.span import LISTED_AFTER, SETTLING, Span

RECONCILIATION: Final = "reconciliation"


class Against(StrEnum):
    """Whose record the ledger is compared with."""

    STRIPE = "stripe"
    SHOPIFY = "shopify"
    PADDLE = "paddle"
    CHARGEBEE = "chargebee"
    PAYPAL = "paypal"
    MOLLIE = "mollie"
    WOOCOMMERCE = "woocommerce"
    REVENUECAT = "revenuecat"
    EXPORT = "export"


class Reconciliation(msgspec.Struct, frozen=True):
    """Compares the ledger with everything the settings name.

    Attributes:
        providers: Compare it with the record of each provider that has a key for it.
        export: Compares it with GA4's export, where there is one.
        reach: How many days are compared.
    """

    providers: tuple[ProviderReconciliation, ...]
    export: ExportReconciliation | None
    reach: timedelta

    async def run(self, now: datetime) -> Outcome:
        """Compare, and log how many events stand how.

        The providers' days end a quarter of an hour ago, or where their lists end; the export's
        four days ago. What is younger may still be on its way.

        Args:
            now: The current time, UTC.

        Raises:
            UnavailableError: A provider, BigQuery or the store is out of reach.
            MisconfiguredError: A key or a table is missing or may not be used.
        """
        comparisons: list[Callable[[], Awaitable[str | None]]] = [
            *(partial(self._with_provider, provider, now) for provider in self.providers),
            partial(self._with_export, now),
        ]
        reports, errors = [], []
        for compare in comparisons:
            try:
                reports.append(await compare())
            except ConnectorError as error:  # the other records are looked at all the same
                errors.append(error)
        if errors:
            raise errors[0]
        return Outcome(Result.RECONCILED, ", ".join(filter(None, reports)))

    async def _with_provider(self, provider: ProviderReconciliation, now: datetime) -> str:
        end = now - LISTED_AFTER.get(provider.name, SETTLING)
        reconciled = await provider.over(Span(end - self.reach, end))
        counts = {word.value: reconciled.counts[word] for word in standing.Status}
        return _report(Against(provider.name), reconciled.events, counts, standing.WRONG)

    async def _with_export(self, now: datetime) -> str | None:
        if self.export is None:
            return None
        end = now - SETTLED
        reconciled = await self.export.over(Span(end - self.reach, end))
        counts = {word.value: reconciled.counts[word] for word in finding.Status}
        return _report(Against.EXPORT, reconciled.events, counts, finding.WRONG)


def _report(against: Against, events: int, counts: Mapping[str, int], wrong: frozenset[str]) -> str:
    """Log the figures, and return the wrong ones in words."""
    problems = [f"{count} {word}" for word, count in counts.items() if count and word in wrong]
    log(
        RECONCILIATION,
        Severity.ERROR if problems else Severity.INFO,
        against=against.value,
        events=events,
        counts=dict(counts),
    )
    return f"{against}: {' and '.join(problems) or 'balanced'}"
