"""Which tables of the export hold what was sent."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

_DAILY: Final = "events_"
_INTRADAY: Final = "events_intraday_"
_TABLE: Final = re.compile(r"events_(intraday_)?([0-9]{8})")

SETTLED: Final = timedelta(days=4)
"""How long after it was sent an event that is not in the export is missing there.

A day's table takes late events for three days after its date ("BigQuery Export",
https://support.google.com/analytics/answer/7029846), and a day may begin up to a day apart from
UTC's.
"""

# GA4 takes a stamp of the last 72 hours; a day of the property's begins up to a day before UTC's,
# or after.
_BEFORE: Final = 4
_AFTER: Final = 1


def days_around(days: Iterable[date]) -> set[date]:
    """Return the days whose tables may hold what was sent on some days.

    Args:
        days: When something was sent, UTC.
    """
    offsets = range(-_BEFORE, _AFTER + 1)
    return {day + timedelta(days=offset) for day in days for offset in offsets}


def first_day(tables: Iterable[str]) -> date | None:
    """Return the day the export begins with, as far as it is kept; None where it has no table."""
    days = (found[2] for found in map(_TABLE.fullmatch, tables) if found)
    first = min(days, default=None)
    return None if first is None else datetime.strptime(first, "%Y%m%d").replace(tzinfo=UTC).date()


def tables_of(days: Iterable[date], tables: Collection[str]) -> Sequence[str]:
    """Return the tables of some days.

    A day whose table is made has its intraday table beside it for a moment: only the first counts,
    or its events would be there twice.

    Args:
        days: The days.
        tables: The names of all tables there are.
    """
    found = []
    for day in sorted(days):
        for prefix in (_DAILY, _INTRADAY):
            if (table := f"{prefix}{day:%Y%m%d}") in tables:
                found.append(table)
                break
    return found
