"""Consent as the shop recorded it: passed through exactly, never invented."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

ANALYTICS_DENIED: Final = "analytics consent denied"
"""Why the event of somebody who denied is not sent."""


class Choice(StrEnum):
    """One answer of the person, in the words of Google's consent mode."""

    GRANTED = "granted"
    DENIED = "denied"

    @classmethod
    def read(cls, text: str) -> "Choice | None":
        """Return the choice `text` stands for, in any case; None when it is neither."""
        return _CHOICES.get(text.strip().lower())


_CHOICES: Final = {str(choice): choice for choice in Choice}


class Consent(msgspec.Struct, frozen=True):
    """What the person allowed; None where nothing is known.

    Of two answers the later counts (see `resolve_consent`), so each has a time where one is
    known: for a grant the earliest at which it can have been given, for a denial the latest.

    Attributes:
        analytics: May the event be measured at all? Denied: nothing leaves.
        ad_user_data: May user data reach Google for advertising?
        ad_personalization: May the data personalise advertising?
        analytics_at: When `analytics` was answered, UTC.
        ad_user_data_at: When `ad_user_data` was.
        ad_personalization_at: When `ad_personalization` was.
    """

    analytics: Choice | None = None
    ad_user_data: Choice | None = None
    ad_personalization: Choice | None = None
    analytics_at: datetime | None = None
    ad_user_data_at: datetime | None = None
    ad_personalization_at: datetime | None = None
