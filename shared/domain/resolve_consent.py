"""Of several answers to one question of consent, the one that counts.

Answers arrive in any order: a retried webhook brings an old grant after a new denial. So the order
of arrival decides nothing. A grant outranks a denial only where it is known to be the later of the
two; choosing is commutative, associative and idempotent
(docs/decisions/0027-the-last-word-on-consent.md).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.domain.consent import Choice, Consent

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
