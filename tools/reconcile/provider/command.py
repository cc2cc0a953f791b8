"""Running a comparison with a provider from its options to its exit status."""

import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from shared import bootstrap
from shared.observability.log import silence_libraries
from shared.reconciliation.handler import RECONCILIATION
from shared.reconciliation.provider.reconcile import Reconciled
from shared.reconciliation.span import LISTED_AFTER, Span
from shared.settings.records import RecordSettings, read_record_settings
from shared.settings.retention import read_retention
from tools.changed import replace
from tools.errors import UsageError
from tools.foreground import run_command
from tools.loaded_settings import LoadedSettings
from tools.progress import watched_days
from tools.reconcile.asked import AskedOfProvider
from tools.reconcile.provider.report import as_json, show
from tools.reconcile.span import CHARGEBEES, SHOPIFYS, STRIPES, Memory, ledgers, read_span
from tools.terminal import Terminal

_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9]{1,64}")
_MEMORIES: Final[Mapping[str, Memory]] = {
    "chargebee": CHARGEBEES,
    "shopify": SHOPIFYS,
    "stripe": STRIPES,
}


def run(
    provider: str, asked: AskedOfProvider, settings: LoadedSettings, *, account: str | None = None
) -> int:
    """Compare, and print what is found.

    Args:
        provider: Whose record is compared.
        asked: What was asked for.
        settings: The settings.
        account: A connected account of Stripe's.

    Returns:
        The exit status: 0 when every payment is settled and every entry has its payment.

    Raises:
        UsageError: The options or the settings make no sense.
        FailedError: The provider, the store or a secret is out of reach.
    """
    # The others keep everything, the ledger does not.
    ledger = ledgers(settings.read(read_retention, RECONCILIATION))
    memory = _MEMORIES.get(provider, ledger)
    memory = replace(memory, listed_after=LISTED_AFTER.get(provider, timedelta(0)))
    span = read_span(asked.start, asked.end, memory, now=datetime.now(UTC))
    if account is not None and not _ACCOUNT.fullmatch(account):
        raise UsageError(
            "--account: an account's id is acct_ and up to 64 letters and digits, e.g. "
            "acct_1A2b3C4d5E6f7G8h"
        )
    read = settings.read(read_record_settings, RECONCILIATION)
    silence_libraries()
    found = run_command(_reconciled(provider, span, read, account, repair=asked.repair))
    if asked.json:
        sys.stdout.write(as_json(found) + "\n")
    else:
        show(found, Terminal())
    return 0 if found.balances else 1


async def _reconciled(
    provider: str, span: Span, settings: RecordSettings, account: str | None, *, repair: bool
) -> Reconciled:
    (reconcile,) = bootstrap.provider_reconciliations(settings, (provider,), repair=repair)
    try:
        return await reconcile.over(span, account, watch=watched_days)
    finally:
        await reconcile.close()
