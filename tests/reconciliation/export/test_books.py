"""What the ledger says, summed by what the export can distinguish."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from shared.reconciliation.export.books import Books, Line
from shared.reconciliation.export.event_key import EventKey, key_of
from shared.stores.entry import Awaited, Entry, LedgerEvent, State
from tests.support.builders import MEASUREMENT_ID
from tools.changed import replace

AT: Final = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
ORDER: Final = LedgerEvent(
    MEASUREMENT_ID, "purchase", "T-1", "T-1", "EUR", Decimal("12.50"), occurred_at=AT
)
LEAD: Final = LedgerEvent(
    MEASUREMENT_ID, "generate_lead", "lead_1", occurred_at=AT, attribution="client"
)


def entry(fact: LedgerEvent = ORDER, state: State = State.DELIVERED, **changes: Any) -> Entry:  # noqa: ANN401
    """Return an entry that was settled a minute after its event."""
    then = AT + timedelta(minutes=1)
    found = Entry(fact, state, None, 1, True, None, then, then, then + timedelta(days=90))  # noqa: FBT003
    return replace(found, **changes)


def books(*entries: Entry, **changes: Any) -> Books:  # noqa: ANN401
    """Return books with entries, none of which is young or older than the export."""
    given = {"awaited_after": AT + timedelta(days=1), "exported_after": AT - timedelta(days=9)}
    found = Books(**{**given, **changes})
    for each in entries:
        found.add(each)
    return found


def test_entries_about_one_order_are_one_line() -> None:
    """Two refunds of it, summed."""
    refund = replace(ORDER, event_name="refund")
    found = books(
        entry(refund),
        entry(replace(refund, business_key="re_2", value=Decimal("0.50")), State.UNCERTAIN),
        entry(replace(refund, business_key="re_3"), State.WITHHELD),
    )

    assert found.lines == {
        EventKey("refund", "T-1"): Line(1, 1, 1, 0, 0, Decimal("13.00")),
    }
    assert (found.events, found.settled) == (2, {AT.date()})


@pytest.mark.parametrize("state", [State.WITHHELD, State.REJECTED, State.CLAIMED])
def test_what_was_not_sent_asks_for_no_table(state: State) -> None:
    """It has a line all the same, for what is there against expectation."""
    found = books(entry(state=state))

    assert found.lines[EventKey("purchase", "T-1")].entries == 1
    assert (found.events, found.settled) == (0, set())


def test_a_sum_of_values_is_known_where_each_is() -> None:
    """One without a value leaves nothing to compare."""
    found = books(entry(), entry(replace(ORDER, value=None)), entry())

    assert found.lines[EventKey("purchase", "T-1")].value is None


def test_the_young_and_the_old_are_counted_one_by_one() -> None:
    """A fresh event does not excuse an old one."""
    found = books(
        entry(updated_at=AT + timedelta(days=2)),
        entry(updated_at=AT - timedelta(days=10)),
        entry(),
    )
    line = found.lines[EventKey("purchase", "T-1")]

    assert (line.sent, line.awaited, line.unexported) == (3, 1, 1)


def test_an_accepted_event_was_sent_when_the_sink_took_it() -> None:
    """Its status may come a day later, and makes it no younger."""
    taken = Awaited(AT + timedelta(minutes=1), 3, None)
    found = books(
        entry(state=State.ACCEPTED, awaited=taken),
        entry(awaited=taken, updated_at=AT + timedelta(days=2)),
        entry(state=State.ACCEPTED, awaited=replace(taken, accepted_at=AT + timedelta(days=2))),
    )
    line = found.lines[EventKey("purchase", "T-1")]

    assert (line.delivered, line.sent, line.awaited) == (3, 3, 1)
    assert found.settled == {AT.date(), (AT + timedelta(days=2)).date()}


def test_an_event_about_no_order_is_told_by_its_time() -> None:
    """To the microsecond, as GA4 was told it."""
    assert key_of(entry(LEAD)) == EventKey("generate_lead", None, AT)


@pytest.mark.parametrize(
    "changes",
    [
        {"late_hours": 80},
        {"attribution": "session"},
        {"occurred_at": None},
        {"occurred_at": AT + timedelta(hours=1)},
    ],
    ids=["too old", "moved into its session", "without a time", "ahead of our clock"],
)
def test_an_event_about_no_order_with_another_stamp_cannot_be_told(changes: dict[str, Any]) -> None:
    """It is counted, and nothing else is said of it."""
    lead = entry(replace(LEAD, **changes))

    assert key_of(lead) is None
    assert (books(lead).indistinguishable, books(lead).lines, books(lead).events) == (1, {}, 1)


def test_what_was_not_sent_and_cannot_be_told_is_nothing() -> None:
    """No event, no line."""
    found = books(entry(replace(LEAD, late_hours=80), State.WITHHELD))

    assert (found.indistinguishable, found.lines, found.events) == (0, {}, 0)
