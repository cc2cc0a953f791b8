"""Stripe's Unix seconds as times."""

from datetime import UTC, datetime
from typing import Final

from shared.errors import UnusableError

_MAX_SECONDS: Final = 253_402_300_799  # the end of year 9999, where datetime ends


def moment(seconds: int, path: str) -> datetime:
    """Return Unix seconds as UTC.

    Args:
        seconds: The time.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is beyond any calendar.
    """
    if not 0 <= seconds <= _MAX_SECONDS:
        raise UnusableError(path, "not Unix seconds")
    return datetime.fromtimestamp(seconds, UTC)
