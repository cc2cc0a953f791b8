"""What the rules are judged by: the moment, the kind of stream, the length of values."""

from datetime import datetime
from typing import Literal

import msgspec

from shared.domain.timestamps import to_unix_micros
from shared.ga4.limits import PARAM_VALUE_LENGTH, PARAM_VALUE_LENGTH_360


class Rulebook(msgspec.Struct):
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
        return cls(
            now_micros=to_unix_micros(now),
            web=stream == "web",
            value_length=PARAM_VALUE_LENGTH_360 if limit_360 else PARAM_VALUE_LENGTH,
        )
