"""What Cloud Scheduler asks for: the last days compared, told as figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import ConnectorError
from shared.observability.log import Severity, log
from shared.outcome import Outcome, Result
from shared.reconciliation.export import finding
from shared.reconciliation.export.days import SETTLED
from shared.reconciliation.export.reconciliation import ExportReconciliation
from shared.reconciliation.span import Span
from shared.reconciliation.stripe import standing
from shared.reconciliation.stripe.reconcile import StripeReconciliation

RECONCILIATION: Final = "reconciliation"

# A delivery takes seconds, and its retries some minutes: what is younger is not missing yet.
_SETTLING: Final = timedelta(minutes=15)


class Against(StrEnum):
    """Whose record the ledger is compared with."""

    STRIPE = "stripe"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Compares the ledger with everything the settings name.

    Attributes:
        stripe: Compares it with Stripe's events, where there is a key for them.
        export: Compares it with GA4's export, where there is one.
        reach: How many days are compared.
    """

    stripe: StripeReconciliation | None
    export: ExportReconciliation | None
    reach: timedelta

    async def run(self, now: datetime) -> Outcome:
        """Compare, and log how many events stand how.

        Stripe's days end a quarter of an hour ago, the export's four days ago: what is younger may
        still be on its way.

        Args:
            now: The current time, UTC.

        Raises:
            UnavailableError: Stripe, BigQuery or the store is out of reach.
            MisconfiguredError: A key or a table is missing or may not be used.
        """
        told, errors = [], []
        for compare in (self._with_stripe, self._with_export):
            try:
                told.append(await compare(now))
            except ConnectorError as error:  # the other record is looked at all the same
                errors.append(error)
        if errors:
            raise errors[0]
        return Outcome(Result.RECONCILED, ", ".join(filter(None, told)))

    async def _with_stripe(self, now: datetime) -> str | None:
        if self.stripe is None:
            return None
        end = now - _SETTLING
        found = await self.stripe.over(Span(end - self.reach, end))
        counts = {word.value: found.counts[word] for word in standing.Word}
        return _told(Against.STRIPE, found.events, counts, standing.WRONG)

    async def _with_export(self, now: datetime) -> str | None:
        if self.export is None:
            return None
        end = now - SETTLED
        found = await self.export.over(Span(end - self.reach, end))
        counts = {word.value: found.counts[word] for word in finding.Word}
        return _told(Against.EXPORT, found.events, counts, finding.WRONG)


def _told(against: Against, events: int, counts: Mapping[str, int], wrong: frozenset[str]) -> str:
    """Log the figures, and return those that are amiss in words."""
    amiss = [f"{count} {word}" for word, count in counts.items() if count and word in wrong]
    log(
        RECONCILIATION,
        Severity.ERROR if amiss else Severity.INFO,
        against=against.value,
        events=events,
        counts=dict(counts),
    )
    return f"{against}: {' and '.join(amiss) or 'balanced'}"
