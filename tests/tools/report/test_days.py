"""The days that a report covers."""

from datetime import UTC, date, datetime

import pytest

from tests.support.forks import run_connectors
from tools.errors import UsageError
from tools.report.days import Days, read_days

NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)


def test_the_first_day_is_in_it_and_the_last_is_not() -> None:
    """In UTC, from midnight to midnight."""
    days = read_days("2026-11-01", "2026-11-03", now=NOW)

    assert list(days) == [date(2026, 11, 1), date(2026, 11, 2)]
    assert days.since == datetime(2026, 11, 1, tzinfo=UTC)
    assert days.until == datetime(2026, 11, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (None, None, date(2026, 10, 28), date(2026, 11, 27)),
        ("2026-11-26", None, date(2026, 11, 26), date(2026, 11, 27)),
        (None, "2026-11-01", date(2026, 10, 2), date(2026, 11, 1)),
    ],
    ids=["the last 30 days with today", "today", "the 30 days before"],
)
def test_what_is_not_said_is_the_last_thirty_days(
    start: str | None, end: str | None, first: date, last: date
) -> None:
    """Today is one of them."""
    assert read_days(start, end, now=NOW) == Days(first, last)


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        ("yesterday", None, "--from takes a day in UTC, such as 2026-11-01"),
        ("2026-11-01T00:00:00Z", None, "--from takes a day"),
        ("20261101", None, "--from takes a day"),
        ("2026-11-01", "2026-1-2", "--to takes a day"),
        ("2026-02-30", None, "--from: the calendar has no such day"),
        ("2026-11-02", "2026-11-02", "--from is not before --to"),
        ("2026-11-02", "2026-11-01", "--from is not before --to"),
        ("2026-11-27", None, "--from: that day has not begun yet"),
        ("2025-01-01", "2026-11-01", "366 days at most"),
        (None, "0001-01-02", "--to: there are no 30 days before it"),
    ],
)
def test_what_is_no_day_is_said(start: str | None, end: str | None, problem: str) -> None:
    """With the option, and what it takes."""
    with pytest.raises(UsageError, match=problem):
        read_days(start, end, now=NOW)


def test_wrong_days_are_wrong_usage(environ: dict[str, str]) -> None:
    """The status is 2, in one line and without a store."""
    done = run_connectors("report", "--from", "2026-13-01", environ=environ)

    assert (done.status, done.out) == (2, "")
    assert done.error == "connectors: --from: the calendar has no such day\n"
