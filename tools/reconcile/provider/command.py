"""Running a comparison with a provider from its options to its exit status."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared import bootstrap
from shared.observability.log import silence_libraries
from shared.reconciliation.handler import RECONCILIATION
from shared.reconciliation.provider.reconcile import Reconciled
from shared.reconciliation.span import Span
from shared.settings import RecordSettings, read_record_settings
from tools.errors import UsageError
from tools.foreground import run_command
from tools.loaded_settings import LoadedSettings
from tools.progress import watched_days
from tools.reconcile.provider.report import as_json, show
from tools.reconcile.span import LEDGERS, SHOPIFYS, STRIPES, Memory, read_span
from tools.terminal import Terminal

_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9]{1,64}")
# Paddle keeps everything, the ledger does not.
_MEMORIES: Final[Mapping[str, Memory]] = {
    "stripe": STRIPES,
    "shopify": SHOPIFYS,
    "paddle": LEDGERS,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What was asked for, as the command line has it.

    Attributes:
        provider: Whose record is compared.
        start: `--from`.
        end: `--to`.
        account: A connected account of Stripe's.
        repair: Whether to feed what is missing to the pipeline.
        as_json: Whether to print one JSON object instead of the report.
    """

    provider: str
    start: str
    end: str | None = None
    account: str | None = None
    repair: bool = False
    as_json: bool = False


def run(options: Options, settings: LoadedSettings) -> int:
    """Compare, and print what is found.

    Args:
        options: What was asked for.
        settings: The settings.

    Returns:
        The exit status: 0 when every payment is settled and every entry has its payment.

    Raises:
        UsageError: The options or the settings make no sense.
        FailedError: The provider, the store or a secret is out of reach.
    """
    span = read_span(options.start, options.end, _MEMORIES[options.provider], now=datetime.now(UTC))
    if options.account is not None and not _ACCOUNT.fullmatch(options.account):
        raise UsageError(
            "--account: an account's id is acct_ and up to 64 letters and digits, e.g. "
            "acct_1A2b3C4d5E6f7G8h"
        )
    read = settings.read(read_record_settings, RECONCILIATION)
    silence_libraries()
    found = run_command(_reconciled(options, span, read))
    if options.as_json:
        sys.stdout.write(as_json(found) + "\n")
    else:
        show(found, Terminal())
    return 0 if found.balances else 1


async def _reconciled(options: Options, span: Span, settings: RecordSettings) -> Reconciled:
    (reconcile,) = bootstrap.provider_reconciliations(
        settings, (options.provider,), repair=options.repair
    )
    try:
        return await reconcile.over(span, options.account, watch=watched_days)
    finally:
        await reconcile.close()
