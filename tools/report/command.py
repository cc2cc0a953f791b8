"""Running `connectors report` from its options to its exit status."""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shared.observability.log import silence_libraries
from shared.settings.retention import read_retention
from shared.stores.query import Query
from tools.errors import FailedError, UsageError
from tools.foreground import run_command
from tools.input_file import is_missing
from tools.ledger.store import Place, place_of
from tools.loaded_settings import LoadedSettings
from tools.progress import watched_entries
from tools.report.comparisons import read_comparisons
from tools.report.days import read_days
from tools.report.document import document
from tools.report.figures import Figures
from tools.report.page import page
from tools.report.problems import problems
from tools.report.summary import show
from tools.terminal import Terminal
from tools.visible import write_error, write_json

# SQLite answers on the loop: without a pause nobody could stop a long report.
_PAUSE_EVERY: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What was asked for, as the command line has it.

    Attributes:
        store: `--store`.
        start: `--from`.
        end: `--to`.
        html: `--html`.
        reconciliation: `--reconciliation`.
        measurement_id: `--measurement-id`.
        as_json: Whether to print one JSON object instead of the summary.
    """

    store: str | None = None
    start: str | None = None
    end: str | None = None
    html: str | None = None
    reconciliation: tuple[str, ...] = ()
    measurement_id: str | None = None
    as_json: bool = False


def run(options: Options, settings: LoadedSettings) -> int:
    """Add up the ledger, and print or write the report.

    Args:
        options: What was asked for.
        settings: The settings.

    Returns:
        The exit status: 1 when the ledger has nothing of these days.

    Raises:
        UsageError: The options or the settings make no sense.
        FailedError: The store is out of reach, or the page cannot be written.
    """
    now = datetime.now(UTC)
    remembered = settings.read(read_retention).ledger
    figures = Figures(read_days(options.start, options.end, now=now), now, remembered)
    comparisons = read_comparisons(options.reconciliation)
    target = None if options.html is None else _target(options.html)
    place = place_of(options.store, settings)
    silence_libraries()
    run_command(_add_up(place, figures, options.measurement_id))
    if not figures.events:
        days = figures.days
        write_error(f"the ledger has nothing from {days.first} to before {days.end} (UTC)")
        return 1
    found = problems(figures, comparisons)
    if target is not None:
        _write(target, page(figures, comparisons, found))
    if options.as_json:
        write_json(document(figures, comparisons, found))
    elif target is None:
        show(figures, comparisons, found, Terminal())
    else:
        Terminal().one_line(f"{figures.events:,} events; the page is in {target}")
    return 0


async def _add_up(place: Place, figures: Figures, measurement_id: str | None) -> None:
    days = figures.days
    async with place.opened() as ledger:
        entries = ledger.entries(Query(since=days.since, until=days.until))
        number = 0
        async for entry in watched_entries(entries):
            number += 1
            if number % _PAUSE_EVERY == 0:
                await asyncio.sleep(0)
            if measurement_id in (None, entry.fact.measurement_id):
                figures.add(entry)


def _target(path: str) -> Path:
    """Return where the page goes; said before a long ledger is read, and not after it."""
    if not path or "\0" in path:
        raise UsageError("--html is not the name of a file")
    target = Path(path)
    if is_missing(target.parent):
        raise UsageError(f"--html: there is no folder {target.parent}")
    if not os.access(target.parent if is_missing(target) else target, os.W_OK):
        raise UsageError(f"--html: {path} cannot be written (Permission denied)")
    if target.is_dir():
        raise UsageError(f"--html: {path} is a folder; name a file, e.g. report.html")
    return target


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FailedError(f"--html: {target} cannot be written ({reason})") from None
