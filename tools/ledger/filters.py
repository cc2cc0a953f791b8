"""Which entries were asked for, as the command line has it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.stores.entry import State
from shared.stores.query import Query
from tools.errors import UsageError

_AGO: Final = re.compile(r"([0-9]{1,6})([mhd])", re.ASCII)
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a command.

    Attributes:
        states: `--state`, or what `--withheld` and `--rejected` stand for.
        name: `--name`.
        since: `--since`.
        until: `--until`.
        source: `--source`.
        reason: `--reason`.
    """

    states: tuple[State, ...] = ()
    name: str | None = None
    since: str | None = None
    until: str | None = None
    source: str | None = None
    reason: str | None = None

    def query(self, now: datetime) -> Query:
        """Return what the store is asked.

        Args:
            now: The current time, UTC.

        Raises:
            UsageError: A text is no time, or nothing lies between the two.
        """
        since, until = _given("--since", self.since, now), _given("--until", self.until, now)
        if since is not None and until is not None and since >= until:
            raise UsageError("--since is not before --until: nothing lies between them")
        return Query(
            states=frozenset(self.states),
            event_name=self.name,
            since=since,
            until=until,
            source=self.source,
            reason=self.reason,
        )


def moment(option: str, text: str, now: datetime) -> datetime:
    """Return the time an option names: a day, a time with its zone, or 90m, 24h, 7d ago.

    Args:
        option: Its name, for the error.
        text: What was given.
        now: The current time, UTC.

    Raises:
        UsageError: It is no time.
    """
    try:
        if ago := _AGO.fullmatch(text):
            return now - int(ago[1]) * _UNITS[ago[2]]
        found = datetime.fromisoformat(text)
        if found.tzinfo is None and len(text) > len("2026-11-23"):
            raise UsageError(f"{option}: a time needs its zone, such as 2026-11-23T12:00:00Z")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} takes a day, a time such as 2026-11-23T12:00:00Z, or 90m, 24h, 7d ago"
        ) from None


def _given(option: str, text: str | None, now: datetime) -> datetime | None:
    return None if text is None else moment(option, text, now)
