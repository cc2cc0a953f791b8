"""Which tables of the export are read."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shared.reconciliation.export.days import days_around, first_day, tables_of

DAY = date(2026, 11, 20)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def test_what_was_sent_may_be_stamped_three_days_before_in_any_zone() -> None:
    """72 hours, and a day apart from UTC's either way."""
    assert sorted(days_around([DAY])) == [date(2026, 11, day) for day in range(16, 22)]


def test_days_apart_ask_for_nothing_between() -> None:
    """An event that was sent weeks later does not make the weeks between be read."""
    assert len(days_around([DAY, DAY.replace(month=10)])) == 12


def test_a_days_table_counts_and_not_the_intraday_table_beside_it() -> None:
    """While the one is made, both are there for a moment."""
    tables = {"events_20261119", "events_20261120", "events_intraday_20261120"}

    assert tables_of([DAY], tables) == ["events_20261120"]


def test_a_day_that_goes_on_has_its_intraday_table() -> None:
    """Streaming exports show an event within minutes."""
    assert tables_of([DAY], {"events_intraday_20261120"}) == ["events_intraday_20261120"]


@given(st.sets(DAYS), st.sets(DAYS), st.sets(DAYS))
def test_every_day_is_read_at_most_once(asked: set[date], made: set[date], on: set[date]) -> None:
    """And exactly once where it has any table."""
    tables = {f"events_{day:%Y%m%d}" for day in made}
    tables |= {f"events_intraday_{day:%Y%m%d}" for day in on}
    found = tables_of(asked, tables | {"pseudonymous_users_20261120"})

    assert set(found) <= tables
    assert sorted(table[-8:] for table in found) == [
        f"{day:%Y%m%d}" for day in sorted(asked & (made | on))
    ]


def test_an_export_begins_with_its_first_table() -> None:
    """Other tables and views may stand beside its own."""
    tables = ["events_20261119", "events_intraday_20261118", "events_flat", "users_20260101"]

    assert first_day(tables) == date(2026, 11, 18)


def test_an_export_without_a_table_has_not_begun() -> None:
    """Then there is nothing to compare with."""
    assert first_day(["events_flat"]) is None
