"""Times as senders, GA4 and the stores write them: Unix seconds, milliseconds, microseconds."""

from datetime import UTC, datetime, timedelta
from typing import Final

UNIX_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_unix_micros(moment: datetime) -> int:
    """Return an aware time as Unix microseconds; no float comes near it."""
    return (moment - UNIX_EPOCH) // timedelta(microseconds=1)


def from_unix_seconds(count: float) -> datetime:
    """Return Unix seconds as a UTC time.

    Raises:
        OverflowError: It is beyond the years 1 to 9999.
    """
    return UNIX_EPOCH + timedelta(seconds=count)


def from_unix_millis(count: int) -> datetime:
    """Return Unix milliseconds as a UTC time. Raises as `from_unix_seconds`."""
    return UNIX_EPOCH + timedelta(milliseconds=count)


def from_unix_micros(count: int) -> datetime:
    """Return Unix microseconds as a UTC time. Raises as `from_unix_seconds`."""
    return UNIX_EPOCH + timedelta(microseconds=count)
