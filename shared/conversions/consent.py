"""Consent as the shop recorded it: passed through exactly, never invented."""

from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """One answer of the person, in the words of Google's consent mode."""

    GRANTED = "granted"
    DENIED = "denied"

    @classmethod
    def read(cls, text: str) -> "Choice | None":
        """Return the choice `text` stands for, in any case; None when it is neither."""
        try:
            return cls(text.strip().lower())
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person allowed; None where nothing is known.

    Attributes:
        analytics: May the event be measured at all? Denied: nothing leaves.
        ad_user_data: May user data reach Google for advertising?
        ad_personalization: May the data personalise advertising?
    """

    analytics: Choice | None = None
    ad_user_data: Choice | None = None
    ad_personalization: Choice | None = None
