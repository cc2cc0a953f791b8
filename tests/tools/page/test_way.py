"""The way of a delivery that was sent by the Data Manager API, as the page shows it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.sink import Receipt, Sink
from shared.stores.entry import Awaited, Entry, LedgerEvent, State
from tests.support import loopback
from tests.tools.collecting import collecting
from tests.tools.data_manager.wire import STREAM, event, ingest
from tests.tools.page.lines import delivered
from tools.collector import Collector
from tools.page.journal import Journal
from tools.page.way import way_of
from tools.page.words import STATES

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FACT = LedgerEvent(
    STREAM, "purchase", "T-1", "T-1", "EUR", Decimal("20.30"), sink=Sink.DATA_MANAGER
)


def entry(state: State, reason: str | None = None) -> Entry:
    """An entry of an event that Google took as the second of three."""
    return Entry(
        fact=FACT,
        state=state,
        reason=reason,
        attempt=1,
        sending=True,
        lease_until=None,
        created_at=NOW,
        updated_at=NOW,
        expires_at=NOW + timedelta(days=90),
        request=Receipt("req-1", 1, 3, ("WARNING_REASON_GENERIC at x",)),
        awaited=Awaited(NOW, 2, NOW + timedelta(minutes=30)),
    )


def facts(steps: list[dict[str, Any]], title: str) -> dict[str, str]:
    """The facts of a step."""
    (found,) = (dict(step["facts"]) for step in steps if step["title"] == title)
    return found


def test_every_state_of_the_ledger_has_a_sentence() -> None:
    """A new one has to be thought about."""
    assert STATES.keys() == {state.value for state in State}


@pytest.mark.parametrize(
    ("state", "reason"),
    [(State.ACCEPTED, None), (State.REJECTED, "PROCESSING_ERROR_REASON_EVENT_TOO_OLD")],
)
def test_the_ledger_step_names_the_request(state: State, reason: str | None) -> None:
    """And why Google rejected the event, where it did."""
    journal = Journal(follows=True)
    journal.heard(delivered("T-1", entry=FACT.key), 0.0)
    (row,) = journal.rows()

    steps = way_of(row, entries={FACT.key: entry(state, reason)}, sent={}, problem="")
    found = facts(steps, "Ledger")
    assert (found["state"], found.get("reason")) == (state.value, reason)
    assert (found["request id"], found["place in it"]) == ("req-1", "event 2 of 3")
    assert found["warned of"] == "WARNING_REASON_GENERIC at x"
    assert found["status asked for"] == "2 times"
    assert found["asked next"] == "2026-11-26 12:30:00 UTC"


def test_the_request_can_be_read() -> None:
    """Its client, session and money stand beside the document, which has them in lists."""
    collector = Collector()
    with collecting(collector) as url, loopback.Client(base_url=url) as client:
        answer = ingest(client, event("T-1", conversionValue=20.3))
        client.get("/events")
        (row,) = collector.page.journal.rows()
        steps = client.get(f"/page/deliveries/{row.id}").json()["steps"]

    found = facts(steps, "GA4 request")
    assert found["path"] == "/v1/events:ingest"
    assert found["measurement id"] == STREAM
    assert found["request id"] == answer.json()["requestId"]
    assert (found["transaction id"], found["amount"]) == ("T-1", "20.30 EUR")
    assert (found["client id"], found["session id"]) == ("1170316824.1700000000", "1700000001")
    assert facts(steps, "Verdict")["verdict"] == "ok"
