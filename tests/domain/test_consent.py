"""Consent is passed through exactly and never invented."""

import pytest

from shared.domain.consent import Choice, Consent


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("granted", Choice.GRANTED),
        ("GRANTED", Choice.GRANTED),
        (" Denied\n", Choice.DENIED),
        ("yes", None),
        ("", None),
        ("true", None),
    ],
)
def test_only_the_two_words_of_consent_mode_are_an_answer(text: str, choice: Choice | None) -> None:
    """In any case, with white space around."""
    assert choice is Choice.read(text)


def test_nothing_is_known_of_a_person_nobody_asked() -> None:
    """Absent is neither granted nor denied."""
    assert Consent() == Consent(analytics=None, ad_user_data=None, ad_personalization=None)
