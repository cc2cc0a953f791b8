"""What the rules are judged by: the moment, the kind of stream, the length of values."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from shared.ga4.limits import PARAM_VALUE_LENGTH, PARAM_VALUE_LENGTH_360

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Rulebook:
    """The circumstances of one validation; every rule gets it, none changes it.

    Attributes:
        now_micros: The current time, Unix microseconds.
        web: Whether the stream is a web stream; an app stream otherwise.
        value_length: How many characters a parameter's value may have.
    """

    now_micros: int
    web: bool
    value_length: int

    @classmethod
    def of(cls, now: datetime, stream: Literal["web", "app"], *, limit_360: bool) -> "Rulebook":
        """Make a rulebook; `now` has a time zone."""
        since = now - _EPOCH
        return cls(
            # In whole numbers: as a float the last microsecond would be off.
            now_micros=(since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds,
            web=stream == "web",
            value_length=PARAM_VALUE_LENGTH_360 if limit_360 else PARAM_VALUE_LENGTH,
        )
