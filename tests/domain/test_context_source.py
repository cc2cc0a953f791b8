"""Where a context came from."""

import pytest

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.context_source import ContextSource, choices, source_of
from tests.support.builders import IN_SESSION, NOBODY, NOW
from tools.changed import replace

GRANTED = Consent(analytics=Choice.GRANTED)
DATED = replace(GRANTED, analytics_at=NOW)


@pytest.mark.parametrize(
    ("own", "known", "source"),
    [
        (NOBODY, NOBODY, ContextSource.NONE),
        (IN_SESSION, IN_SESSION, ContextSource.EVENT),
        (NOBODY, IN_SESSION, ContextSource.STORE),
        (Context(consent=GRANTED), replace(IN_SESSION, consent=GRANTED), "event_and_store"),
        (Context(consent=GRANTED), Context(consent=DATED), ContextSource.EVENT),
    ],
)
def test_a_context_comes_from_the_event_the_store_or_both(
    own: Context, known: Context, source: str
) -> None:
    """A time that an answer was given in the meantime is nothing new."""
    assert source_of(own, known) == source


def test_choices_have_no_times() -> None:
    """The ledger keeps what was answered."""
    assert choices(DATED) == GRANTED
