"""Times as whole microseconds, exactly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.timestamps import from_unix_micros, to_unix_micros


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2026, 11, 23, 12, 0, 0, 123_456, tzinfo=UTC), 1_795_435_200_123_456),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        (datetime(2026, 11, 23, 13, 0, tzinfo=timezone(timedelta(hours=1))), 1_795_435_200_000_000),
    ],
    ids=["the epoch", "microseconds", "before the epoch", "another time zone"],
)
def test_a_moment_is_a_number_of_microseconds(moment: datetime, count: int) -> None:
    """Unix time, whatever the time zone."""
    assert count == to_unix_micros(moment)


@given(st.datetimes(timezones=st.just(UTC)))
def test_no_microsecond_is_lost_on_the_way_there_and_back(moment: datetime) -> None:
    """A float would lose some."""
    assert moment == from_unix_micros(to_unix_micros(moment))
