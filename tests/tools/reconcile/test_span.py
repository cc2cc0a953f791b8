"""The time that is reconciled: as it is asked for, and a day at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.reconciliation.span import Span
from shared.stores.retention import KEPT, Retention
from tools.errors import UsageError
from tools.reconcile.span import STRIPES, ledgers, read_span

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_day_begins_at_its_midnight_in_utc() -> None:
    """Both ends alike; the second is not included."""
    span = read_span("2026-11-20", "2026-11-22", STRIPES, now=NOW)

    assert span == Span(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC))


def test_a_time_is_taken_in_its_own_zone() -> None:
    """Two o'clock in Berlin is one in UTC."""
    span = read_span("2026-11-20T02:00:00+01:00", None, STRIPES, now=NOW)

    assert span.start == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert span.end == NOW


def test_nothing_is_asked_of_the_future() -> None:
    """Stripe has not sent it yet."""
    assert read_span("2026-11-20", "2026-12-24", STRIPES, now=NOW).end == NOW


@pytest.mark.parametrize(
    ("start", "end", "report"),
    [
        ("yesterday", None, "--from takes a day"),
        ("2026-11-20", "soon", "--to takes a day"),
        ("2026-11-20T02:00:00", None, "needs its zone"),
        ("2026-11-22", "2026-11-22", "not before"),
        ("2026-11-26", None, "not before"),
        ("2026-10-25", None, "keeps events for 30 days"),
    ],
)
def test_what_cannot_be_compared_is_refused(start: str, end: str | None, report: str) -> None:
    """And the option is named."""
    with pytest.raises(UsageError, match=report):
        read_span(start, end, STRIPES, now=NOW)


def test_the_ledger_remembers_longer_than_stripe() -> None:
    """Its entries are kept for ninety days, unless a setting says otherwise."""
    assert read_span("2026-10-25", None, ledgers(KEPT), now=NOW).end == NOW
    with pytest.raises(UsageError, match="the ledger keeps entries for 90 days"):
        read_span("2026-08-25", None, ledgers(KEPT), now=NOW)
    longer = ledgers(Retention(ledger=timedelta(days=120)))
    assert read_span("2026-08-25", None, longer, now=NOW).end == NOW


def test_the_days_of_a_span_follow_one_another_without_gap_or_overlap() -> None:
    """The last one ends with the span."""
    span = Span(NOW - timedelta(days=2, hours=6), NOW)
    days = list(span.slices())

    assert [day.start for day in days] == [span.start, days[0].end, days[1].end]
    assert days[-1].end == span.end
    assert len(days) == 3
