"""One context out of several."""

from datetime import timedelta

import pytest
from hypothesis import given

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.merge_contexts import combine_contexts, merge_contexts
from tests.support.builders import IN_SESSION, NOW, SESSION_ID
from tests.support.strategies import contexts
from tools.changed import replace

SEEN = replace(IN_SESSION, captured_at=NOW, user_agent="Mozilla/5.0", user_id="u-1")
LATER = NOW + timedelta(minutes=1)
EARLIER = NOW - timedelta(minutes=1)


def test_the_later_capture_counts_whichever_is_told_first() -> None:
    """A retry of the earlier one changes nothing."""
    other = Context(client_id="7.8", session_id=SESSION_ID + 60, captured_at=LATER)

    assert merge_contexts(SEEN, other) == other
    assert merge_contexts(other, SEEN) == other


def test_where_a_time_is_unknown_what_is_told_last_counts() -> None:
    """Nothing better is known."""
    other = Context(client_id="7.8")

    assert merge_contexts(SEEN, other) == other
    assert merge_contexts(other, SEEN) == SEEN


def test_what_the_later_says_nothing_of_still_holds() -> None:
    """An update of consent takes neither client nor session away, nor their time."""
    update = Context(consent=Consent(Choice.GRANTED, analytics_at=LATER), captured_at=LATER)

    assert merge_contexts(SEEN, update) == replace(SEEN, consent=update.consent)


def test_another_client_keeps_nothing_of_the_one_before() -> None:
    """But what the person answered."""
    seen = replace(SEEN, consent=Consent(None, Choice.DENIED, ad_user_data_at=NOW))
    other = Context(client_id="7.8", captured_at=LATER)

    assert merge_contexts(seen, other) == replace(other, consent=seen.consent)


def test_another_session_of_the_client_has_its_own_number_and_time() -> None:
    """Where they are unknown, those of the earlier session are not its."""
    other = Context(client_id=SEEN.client_id, session_id=SESSION_ID + 60)

    found = merge_contexts(SEEN, other)

    assert (found.session_id, found.session_number, found.captured_at) == (
        SESSION_ID + 60,
        None,
        None,
    )
    assert found.user_agent == "Mozilla/5.0"


def test_the_same_session_seen_again_is_seen_later() -> None:
    """With what was known of it."""
    again = Context(client_id=SEEN.client_id, session_id=SESSION_ID, captured_at=LATER)

    assert merge_contexts(SEEN, again) == replace(SEEN, captured_at=LATER)


def test_after_the_first_only_a_denial_is_taken() -> None:
    """A stranger may not say whose an order is, nor grant anything."""
    captured = Context(
        client_id="7.8",
        consent=Consent(Choice.DENIED, Choice.GRANTED, None, LATER, LATER, None),
        captured_at=LATER,
    )

    assert merge_contexts(SEEN, captured, first_wins=True) == Context(
        consent=Consent(Choice.DENIED, analytics_at=LATER)
    )


@pytest.mark.parametrize("first_wins", [True, False])
def test_once_analytics_is_denied_only_the_answers_are_left(*, first_wins: bool) -> None:
    """Whoever denied is nobody we know, in whichever order it comes."""
    denied = Context(consent=Consent(Choice.DENIED, analytics_at=LATER))

    assert merge_contexts(SEEN, denied, first_wins=first_wins) == denied
    assert merge_contexts(denied, SEEN, first_wins=first_wins) == denied


@given(contexts())
def test_the_same_told_again_changes_nothing(context: Context) -> None:
    """Every sender retries."""
    assert merge_contexts(context, context) == context
    assert merge_contexts(context, context, first_wins=True) == context


@given(contexts(), contexts())
def test_a_replay_changes_nothing(one: Context, two: Context) -> None:
    """Of captures whose times are known, an older one that comes again changes nothing."""
    older = replace(one, captured_at=EARLIER)
    known = merge_contexts(older, replace(two, captured_at=NOW))

    assert merge_contexts(known, older).client_id == known.client_id
    assert merge_contexts(known, older).consent == known.consent


def test_the_first_that_knows_a_client_tells_whose_it_is() -> None:
    """A reference under which only consent is known does not hide the next one's client."""
    denied = Context(consent=Consent(Choice.DENIED, analytics_at=NOW))

    assert combine_contexts([denied, SEEN, Context(client_id="7.8")]) == replace(
        SEEN, consent=denied.consent
    )


def test_a_denial_under_any_reference_counts() -> None:
    """The last one's too."""
    granted = replace(SEEN, consent=Consent(Choice.GRANTED, analytics_at=EARLIER))
    denied = Context(client_id="7.8", consent=Consent(Choice.DENIED, analytics_at=NOW))

    found = combine_contexts([granted, denied])

    assert found == replace(granted, consent=denied.consent)


def test_of_no_contexts_nothing_is_known() -> None:
    """Not even an empty one."""
    assert combine_contexts([]) is None
    assert combine_contexts([Context()]) == Context()
