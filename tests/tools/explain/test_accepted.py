"""What is said of an event that Google took, before and after it said what became of it."""

from datetime import timedelta
from typing import Final

import pytest

from shared.domain.sink import DENIED_CONSENT, DUPLICATE, TOO_OLD, Receipt
from shared.stores.entry import Awaited, Entry, State
from tests.support.builders import NOW
from tests.support.ledger_entries import entry
from tools.explain.advice import advice_for
from tools.explain.sentences import outcome

REQUEST: Final = Receipt("req-1", 0, 1)
WAITS: Final = Awaited(NOW, 1, NOW + timedelta(minutes=39))
OVER: Final = Awaited(NOW, 1, None)


def taken(state: State, reason: str | None = None, awaited: Awaited = OVER) -> Entry:
    """Return an entry of an event that the sink took."""
    return entry(state=state, reason=reason, request=REQUEST, awaited=awaited)


def test_an_accepted_event_is_waited_for_and_then_looked_for() -> None:
    """Only the export knows what Google never said."""
    waits, over = taken(State.ACCEPTED, awaited=WAITS), taken(State.ACCEPTED)
    assert outcome(waits).startswith("accepted: Google took it")
    assert (advice_for(waits) or "").startswith("Wait: ")
    assert "connectors reconcile export" in (advice_for(over) or "")


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        (TOO_OLD, "ledger replay ORD-9 --late --send"),
        (DENIED_CONSENT, "Nothing: "),
        (DUPLICATE, "Nothing: "),
        ("PROCESSING_ERROR_REASON_OF_NEXT_YEAR", "ledger replay ORD-9 --send"),
    ],
)
def test_a_rejected_event_was_sent_and_has_its_advice(reason: str, advice: str) -> None:
    """It is not called unsent."""
    rejected = taken(State.REJECTED, reason)
    assert outcome(rejected) == f"rejected: Google took it and did not process it ({reason})"
    assert advice in (advice_for(rejected) or "")


def test_a_delivered_event_needs_nothing() -> None:
    """Whichever way it went."""
    assert advice_for(taken(State.DELIVERED)) is None
