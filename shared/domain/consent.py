"""Consent as the shop recorded it, passed through and never invented; and which answer counts.

Answers arrive in any order: a retried webhook brings an old grant after a new denial. So the order
of arrival decides nothing. A grant outranks a denial only where it is known to be the later of the
two; choosing is commutative, associative and idempotent
(docs/decisions/0027-the-last-word-on-consent.md).
"""

from collections.abc import Sequence
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


Answer = tuple[Choice | None, datetime | None]
_UNANSWERED: Final = Consent()


def with_answer_times(
    consent: Consent, *, granted_at: datetime | None, denied_at: datetime
) -> Consent:
    """Return answers with the time each was given; those that have a time keep it.

    Args:
        consent: What the person answered.
        granted_at: The earliest time at which a grant can have been given; None where unknown.
        denied_at: The latest time at which a denial can have been given.
    """
    if consent == _UNANSWERED:
        return consent
    times = {None: None, Choice.GRANTED: granted_at, Choice.DENIED: denied_at}
    return _consent([(choice, at or times[choice]) for choice, at in _answers(consent)])


def resolve_consent(one: Consent, other: Consent) -> Consent:
    """Return the answer that counts to each question.

    Args:
        one: Some answers.
        other: Others.
    """
    if one == other:
        return one
    pairs = zip(_answers(one), _answers(other), strict=True)
    return _consent([_last(answer, its_other) for answer, its_other in pairs])


def denials(consent: Consent) -> Consent:
    """Return what was denied, and nothing else.

    Args:
        consent: What the person answered.
    """
    if consent == _UNANSWERED:
        return consent
    answers = _answers(consent)
    return _consent([a if a[0] is Choice.DENIED else (None, None) for a in answers])


def _last(one: Answer, other: Answer) -> Answer:
    """Return the answer that counts; of a denial and a grant in doubt the denial."""
    (choice, at), (other_choice, other_at) = one, other
    if choice is None or other_choice is None:
        return one if other_choice is None else other
    if choice is not other_choice:
        grant, denial = (one, other) if choice is Choice.GRANTED else (other, one)
        known_later = grant[1] is not None and denial[1] is not None and grant[1] > denial[1]
        return grant if known_later else denial
    # A denial of an unknown time may be the latest, a grant of one may be the earliest.
    if at is None or other_at is None:
        return (choice, None) if choice is Choice.DENIED else (choice, at or other_at)
    return (choice, max(at, other_at))


def _answers(consent: Consent) -> list[Answer]:
    return [
        (consent.analytics, consent.analytics_at),
        (consent.ad_user_data, consent.ad_user_data_at),
        (consent.ad_personalization, consent.ad_personalization_at),
    ]


def _consent(answers: Sequence[Answer]) -> Consent:
    (analytics, since), (user_data, its_time), (personalization, at) = answers
    return Consent(analytics, user_data, personalization, since, its_time, at)
