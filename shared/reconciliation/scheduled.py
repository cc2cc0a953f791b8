"""What Cloud Scheduler asks for: the last days compared, told as figures."""

from datetime import datetime, timedelta
from typing import Final

from shared.observability.log import Severity, log
from shared.outcomes import Outcome, Result
from shared.reconciliation.span import Span
from shared.reconciliation.stripe.reconcile import StripeReconciliation
from shared.reconciliation.stripe.standing import WRONG, Word

RECONCILIATION: Final = "reconciliation"

# A delivery takes seconds, and its retries some minutes: what is younger is not missing yet.
_SETTLING: Final = timedelta(minutes=15)


async def scheduled(reconcile: StripeReconciliation, reach: timedelta, now: datetime) -> Outcome:
    """Compare the days up to a quarter of an hour ago, and log how many entries stand how.

    Args:
        reconcile: Compares.
        reach: How far back.
        now: The current time, UTC.

    Raises:
        UnavailableError: Stripe or the store is out of reach.
        MisconfiguredError: There is no key, or it may not read events.
    """
    found = await reconcile.over(Span(now - reach, now - _SETTLING))
    log(
        RECONCILIATION,
        Severity.INFO if found.balances else Severity.ERROR,
        events=found.events,
        counts={word.value: found.counts[word] for word in Word},
    )
    wrong = [f"{found.counts[word]} {word.value}" for word in Word if word in WRONG]
    return Outcome(Result.RECONCILED, "balanced" if found.balances else ", ".join(wrong))
