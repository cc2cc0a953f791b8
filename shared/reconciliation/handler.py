"""What Cloud Scheduler asks for: the last days compared and counted."""

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
        reports, errors = [], []
        for compare in (self._with_stripe, self._with_export):
            try:
                reports.append(await compare(now))
            except ConnectorError as error:  # the other record is looked at all the same
                errors.append(error)
        if errors:
            raise errors[0]
        return Outcome(Result.RECONCILED, ", ".join(filter(None, reports)))

    async def _with_stripe(self, now: datetime) -> str | None:
        if self.stripe is None:
            return None
        end = now - _SETTLING
        reconciled = await self.stripe.over(Span(end - self.reach, end))
        counts = {word.value: reconciled.counts[word] for word in standing.Word}
        return _report(Against.STRIPE, reconciled.events, counts, standing.WRONG)

    async def _with_export(self, now: datetime) -> str | None:
        if self.export is None:
            return None
        end = now - SETTLED
        reconciled = await self.export.over(Span(end - self.reach, end))
        counts = {word.value: reconciled.counts[word] for word in finding.Word}
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
