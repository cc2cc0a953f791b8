"""What a refused capture denies all the same."""

import json

import pytest
from hypothesis import given

from shared.domain.consent import Choice, Consent
from shared.messages.refused_capture import denied_in
from tests.support.strategies import JSON


@pytest.mark.parametrize("answer", [False, True, 0, 1.5, {}, [], {"granted": True}])
def test_an_answer_that_is_no_text_is_a_denial(answer: object) -> None:
    """Under every reference that the capture names."""
    raw = json.dumps({"references": ["a", "b"], "consent": {"analytics": answer}}).encode()

    assert denied_in(raw) == (("a", "b"), Consent(Choice.DENIED))


@pytest.mark.parametrize("answer", ["granted", "denied", "perhaps", "", None])
def test_a_word_that_nobody_knows_is_the_senders_to_correct(answer: object) -> None:
    """It hears of it, and nothing is kept."""
    raw = json.dumps({"references": ["a"], "consent": {"analytics": answer}}).encode()

    assert denied_in(raw)[1] == Consent()


@given(JSON)
def test_whatever_comes_nothing_raises(document: object) -> None:
    """It was refused already."""
    assert denied_in(json.dumps(document).encode())[1] == Consent()
