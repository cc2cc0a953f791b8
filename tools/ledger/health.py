"""`connectors ledger stats`: how many events are tied to their users, and by what."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.table import Table

from shared.stores.stats import Stats
from tools.errors import UsageError
from tools.foreground import run_command
from tools.ledger.filters import moment
from tools.ledger.store import Place
from tools.terminal import Terminal

_WINDOWS: Final = {"last hour": timedelta(hours=1), "last day": timedelta(days=1)}
_KINDS: Final = {
    "state": ("delivered", "accepted", "claimed", "uncertain", "rejected", "withheld"),
    "attribution": ("session", "client", "generated", "withheld", "none"),
    "context_source": ("event", "event_and_store", "store", "none"),
    "consent": ("granted", "unknown", "denied"),
}
_TITLES: Final = {
    "state": "what became of it",
    "attribution": "tied to its user",
    "context_source": "known from",
    "consent": "analytics consent",
}


def show_stats(place: Place, *, since: str | None, until: str | None, as_json: bool) -> int:
    """Print the health of attribution.

    Args:
        place: Where the store is.
        since: `--since`.
        until: `--until`.
        as_json: One JSON object instead of the table.

    Returns:
        The exit status.
    """
    spans = _spans(since, until, datetime.now(UTC))

    async def work() -> dict[str, Stats]:
        async with place.opened() as ledger:
            return {name: await ledger.stats(*span) for name, span in spans.items()}

    found = run_command(work())
    if as_json:
        summary = {
            name.replace(" ", "_"): _document(stats, *spans[name]) for name, stats in found.items()
        }
        sys.stdout.write(json.dumps(summary) + "\n")
    else:
        Terminal().print(_table(found))
    return 0


def _spans(
    since: str | None, until: str | None, now: datetime
) -> dict[str, tuple[datetime, datetime]]:
    # What is recorded in this very microsecond counts too.
    end = now + timedelta(microseconds=1) if until is None else moment("--until", until, now)
    if since is None and until is None:
        return {name: (end - window, end) for name, window in _WINDOWS.items()}
    start = end - timedelta(days=1) if since is None else moment("--since", since, now)
    if start >= end:
        raise UsageError("--since is not before --until")
    return {"asked for": (start, end)}


def _document(stats: Stats, since: datetime, until: datetime) -> dict[str, Any]:
    counts: Mapping[str, Any] = {kind: stats.by(kind) for kind in _KINDS}
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "events": stats.events,
        **counts,
        "late": stats.late,
    }


def _table(found: Mapping[str, Stats]) -> Table:
    table = Table("", "", *found)
    table.add_row("events", "", *(f"{stats.events:,}" for stats in found.values()))
    for kind, values in _KINDS.items():
        table.add_section()
        title = _TITLES[kind]
        for value in values:
            counts = [(stats.by(kind).get(value, 0), stats.events) for stats in found.values()]
            if any(count for count, _ in counts):
                shares = (_share(*count) for count in counts)
                table.add_row(title, value.replace("_", " "), *shares)
                title = ""
    table.add_section()
    late = (_share(stats.late, stats.events) for stats in found.values())
    table.add_row("later than 72 h", "", *late)
    return table


def _share(count: int, of: int) -> str:
    return f"{count:,} ({count / of:.1%})" if of else "0"
