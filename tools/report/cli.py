"""The command `connectors report`: its options."""

from typing import Annotated

from cyclopts import Parameter

from tools.parameters import Json, Texts
from tools.settings_source import DEFAULT, SettingsSource


def report(  # noqa: PLR0913 - one option each
    *,
    store: str | None = None,
    start: Annotated[str | None, Parameter(name="--from")] = None,
    end: Annotated[str | None, Parameter(name="--to")] = None,
    html: str | None = None,
    reconciliation: Texts = (),
    measurement_id: str | None = None,
    json: Json = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Report what became of the money of some days, from the ledger; --html FILE for a page.

    Money by day and currency, attribution, consent, late events, reasons, and what to fix. Days
    are UTC, and an event counts on the day it was first heard of. Every entry of these days is read
    once: on Firestore that is one document each. Exit status 1 when the ledger has nothing of them.

    For example:

        connectors report --from 2026-11-01 --to 2026-12-01 --html november.html

    Args:
        store: sqlite:PATH or firestore:PROJECT/DATABASE. Default: the setting STORE.
        start: The first day, such as 2026-11-01. Default: 30 days before --to.
        end: The day after the last, such as 2026-12-01. Default: tomorrow, so today is included.
        html: Write one page, complete in itself, to this file.
        reconciliation: A file that `connectors reconcile … --json` wrote; may be repeated.
        measurement_id: Only the events of this stream.
        json: Print one JSON object instead of the summary.
        source: Where the settings are.
    """
    from tools.report.command import Options, run  # noqa: PLC0415 - see the module's docstring

    return run(
        Options(
            store=store,
            start=start,
            end=end,
            html=html,
            reconciliation=reconciliation,
            measurement_id=measurement_id,
            as_json=json,
        ),
        source.load(),
    )
