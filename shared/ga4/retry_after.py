"""How long a server that is busy wants to be left alone."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

MAX_SECONDS: Final = 120.0
"""No answer of anybody's keeps a process from sending for longer."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of `Retry-After`, bounded; None where it says nothing that can be read.

    A date is taken against the answer's own `Date`: the difference needs no clock of ours.

    Args:
        headers: The answer's; their names are found whatever their case.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), MAX_SECONDS)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):  # no date, or one without a zone beside one with
        return None
    return min(max(wait.total_seconds(), 0.0), MAX_SECONDS)
