"""Which of several answers on consent counts: the later one, and in doubt the denial."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice, Consent, denials, resolve_consent, with_answer_times
from tests.support.builders import NOW

EARLY, LATE = NOW, NOW + timedelta(minutes=1)
MINUTES = st.integers(0, 3).map(lambda minutes: NOW + timedelta(minutes=minutes))
# What callers make: a denial has a time, a grant may have one.
ANSWERS = st.one_of(
    st.just((None, None)),
    st.tuples(st.just(Choice.DENIED), MINUTES),
    st.tuples(st.just(Choice.GRANTED), st.none() | MINUTES),
)
CONSENTS = st.tuples(ANSWERS, ANSWERS, ANSWERS).map(
    lambda a: Consent(a[0][0], a[1][0], a[2][0], a[0][1], a[1][1], a[2][1])
)


@pytest.mark.parametrize(
    ("granted_at", "denied_at", "counts"),
    [
        (LATE, EARLY, Choice.GRANTED),
        (EARLY, LATE, Choice.DENIED),
        (EARLY, EARLY, Choice.DENIED),
        (None, EARLY, Choice.DENIED),
        (LATE, None, Choice.DENIED),
    ],
)
def test_a_grant_counts_only_where_it_is_known_to_be_the_later(
    granted_at: datetime | None, denied_at: datetime | None, counts: Choice
) -> None:
    """To each question, whichever comes first."""
    yes, no = Choice.GRANTED, Choice.DENIED
    granted = Consent(yes, yes, yes, granted_at, granted_at, granted_at)
    denied = Consent(no, no, no, denied_at, denied_at, denied_at)

    found = resolve_consent(granted, denied)

    assert found == resolve_consent(denied, granted)
    assert [found.analytics, found.ad_user_data, found.ad_personalization] == [counts] * 3


def test_each_question_is_answered_by_itself() -> None:
    """A denial of advertising is none of measurement."""
    found = resolve_consent(
        Consent(Choice.GRANTED, None, Choice.DENIED, analytics_at=EARLY),
        Consent(None, Choice.DENIED),
    )

    assert (found.analytics, found.ad_user_data, found.ad_personalization) == (
        Choice.GRANTED,
        Choice.DENIED,
        Choice.DENIED,
    )


@given(CONSENTS, CONSENTS, CONSENTS)
def test_order_and_repetition_decide_nothing(one: Consent, two: Consent, three: Consent) -> None:
    """Commutative, associative, idempotent."""
    assert resolve_consent(one, two) == resolve_consent(two, one)
    assert resolve_consent(resolve_consent(one, two), three) == resolve_consent(
        one, resolve_consent(two, three)
    )
    assert resolve_consent(resolve_consent(one, two), one) == resolve_consent(one, two)


@given(CONSENTS)
def test_no_answer_changes_none(consent: Consent) -> None:
    """Silence is neither a grant nor a denial."""
    assert resolve_consent(consent, Consent()) == consent


def test_answers_get_the_time_they_lack() -> None:
    """Grants and denials each their own; what nobody answered has none."""
    given_then = Consent(Choice.GRANTED, Choice.DENIED, None)

    assert with_answer_times(given_then, granted_at=EARLY, denied_at=LATE) == Consent(
        Choice.GRANTED, Choice.DENIED, None, EARLY, LATE, None
    )


def test_a_time_that_is_known_is_kept() -> None:
    """What was dated once is not dated again when it is passed on."""
    known = Consent(Choice.GRANTED, analytics_at=EARLY)

    assert with_answer_times(known, granted_at=LATE, denied_at=LATE) == known


def test_denials_are_all_that_a_stranger_may_add() -> None:
    """With their times."""
    answers = Consent(Choice.GRANTED, Choice.DENIED, None, EARLY, LATE, None)

    assert denials(answers) == Consent(ad_user_data=Choice.DENIED, ad_user_data_at=LATE)
