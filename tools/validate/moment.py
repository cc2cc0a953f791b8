"""The moment that time stamps are judged by."""

from datetime import datetime

from tools.errors import UsageError


def moment(text: str | None) -> datetime | None:
    """Return the moment that `--now` names.

    Raises:
        UsageError: If it is none, or has no time zone.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError("--now takes a time such as 2026-11-23T12:00:00Z")
    return found
