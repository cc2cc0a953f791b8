"""Times as GA4 and the stores write them: Unix microseconds, exactly."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_unix_micros(moment: datetime) -> int:
    """Return an aware time as Unix microseconds; no float comes near it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_unix_micros(count: int) -> datetime:
    """Return Unix microseconds as a UTC time."""
    return _EPOCH + timedelta(microseconds=count)
