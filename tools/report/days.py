"""The days that `--from` and `--to` name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from tools.errors import UsageError

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DEFAULT: Final = timedelta(days=30)
_MOST: Final = 366


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, UTC.

    Attributes:
        first: The first day.
        end: The day after the last one.
    """

    first: date
    end: date

    @property
    def count(self) -> int:
        """How many days."""
        return (self.end - self.first).days

    @property
    def since(self) -> datetime:
        """When the first day begins."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def until(self) -> datetime:
        """When the last day ends."""
        return datetime.combine(self.end, time(), UTC)

    def __iter__(self) -> Iterator[date]:
        """Yield each day."""
        return (self.first + timedelta(days=number) for number in range(self.count))


def read_days(start: str | None, end: str | None, *, now: datetime) -> Days:
    """Return the days that `--from` and `--to` name.

    Args:
        start: The first day, such as 2026-11-01. Default: 30 days before the end.
        end: The day after the last one. Default: tomorrow, so that today is in it.
        now: The current time, UTC.

    Raises:
        UsageError: A text is no day, or there is no day between them.
    """
    tomorrow = now.date() + timedelta(days=1)
    last = tomorrow if end is None else _day("--to", end)
    try:
        first = last - _DEFAULT if start is None else _day("--from", start)
    except OverflowError:
        raise UsageError("--to: there are no 30 days before it; give --from as well") from None
    if first >= last:
        if end is None:
            raise UsageError("--from: that day has not begun yet in UTC")
        raise UsageError(
            "--from is not before --to: the day of --to is not part of the report, "
            "e.g. --from 2026-11-01 --to 2026-12-01 for November"
        )
    if (last - first).days > _MOST:
        raise UsageError(f"--from and --to: a report covers {_MOST} days at most")
    return Days(first, last)


def day_of(day: date) -> str:
    """Return a day as people write it: 3 Nov 2026."""
    return f"{day.day} {day:%b %Y}"


def span_of(days: Days) -> str:
    """Return days as people say them, the last one included."""
    last = days.end - timedelta(days=1)
    return day_of(last) if last == days.first else f"{day_of(days.first)} to {day_of(last)}"


def _day(option: str, text: str) -> date:
    if not _DAY.fullmatch(text):
        raise UsageError(f"{option} takes a day in UTC, such as 2026-11-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: the calendar has no such day") from None
