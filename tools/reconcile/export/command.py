"""Running `connectors reconcile export` from its options to its exit status."""

import sys
from datetime import UTC, datetime

from shared import bootstrap
from shared.observability.log import silence_libraries
from shared.reconciliation.export.reconciliation import Compared
from shared.reconciliation.handler import RECONCILIATION
from shared.reconciliation.span import Span
from shared.settings.export import Comparison, read_comparison
from shared.settings.retention import read_retention
from tools.foreground import run_command
from tools.loaded_settings import LoadedSettings
from tools.reconcile.asked import Asked
from tools.reconcile.export.report import as_json, show
from tools.reconcile.span import ledgers, read_span
from tools.terminal import Terminal


def run(asked: Asked, settings: LoadedSettings) -> int:
    """Compare, and print what is found.

    Args:
        asked: What was asked for.
        settings: The settings.

    Returns:
        The exit status: 0 when nothing is wrong.

    Raises:
        UsageError: The options or the settings make no sense.
        FailedError: BigQuery or the store is out of reach.
    """
    memory = ledgers(settings.read(read_retention, RECONCILIATION))
    span = read_span(asked.start, asked.end, memory, now=datetime.now(UTC))
    read = settings.read(read_comparison, RECONCILIATION)
    silence_libraries()
    found = run_command(_compared(span, read))
    if asked.json:
        sys.stdout.write(as_json(found) + "\n")
    else:
        show(found, Terminal())
    return 0 if found.balances else 1


async def _compared(span: Span, settings: Comparison) -> Compared:
    reconciliation = bootstrap.export_reconciliation(settings)
    try:
        return await reconciliation.over(span)
    finally:
        await reconciliation.close()
