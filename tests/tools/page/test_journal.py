"""Rows are made of log lines and of what GA4 was sent, and there are never too many."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.observability.log import LogFields
from shared.stores.entry import Entry, LedgerEvent, State
from tests.tools.page.lines import (
    AT,
    Watching,
    collected,
    delivered,
    line,
    purchase,
    refused,
    shown,
)
from tools.changed import replace
from tools.page.journal import ALONE_AFTER_SECONDS, Journal
from tools.page.line import Line, read_line
from tools.page.sent import MOST_BYTES, SentRequests


def entry(event: LedgerEvent, state: State = State.DELIVERED) -> Entry:
    """Return an entry of the ledger."""
    now = datetime.fromtimestamp(AT, UTC)
    return Entry(event, state, None, 1, True, None, now, now, now)  # noqa: FBT003 - in order


def test_every_field_of_a_log_line_is_known_here() -> None:
    """But those that no delivery's line has: a new one has to be thought about."""
    elsewhere = {"advice", "against", "attempts", "counts", "events"}

    known = get_type_hints(Line)
    assert set(get_type_hints(LogFields)) - elsewhere == set(known) - {"severity", "event"}
    assert all(
        known[name] == kind for name, kind in get_type_hints(LogFields).items() if name in known
    )


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"INFO: Application startup complete.",
        b'{"severity"',
        b'{"severity": "INFO"}',
        b'{"severity": 3, "event": "request"}',
        b'{"severity":"INFO","event":"request","status":"200"}',
        b'{"severity":"INFO","event":"\xff"}',
        b'["severity"]',
        b'{"severity":' + b"[" * 5_000,
    ],
)
def test_what_is_no_log_line_is_passed_over(other: bytes) -> None:
    """A process may write anything."""
    journal = Journal(follows=True)

    assert read_line(other) is None
    journal.heard([other], AT)

    assert shown(journal) == []


def test_the_lines_of_a_delivery_are_one_row() -> None:
    """With what it was, what became of it and how it was answered."""
    journal = Journal(follows=True)
    journal.heard(delivered("ORD-1", delivery="abc-1"), AT)

    (row,) = shown(journal)
    assert row == {
        "id": "abc-1",
        "number": 0,
        "at": pytest.approx(AT - 0.0025, abs=0.001),
        "group": "order ORD-1",
        "provider": "stripe",
        "type": "checkout.session.completed",
        "name": "purchase",
        "order": "ORD-1",
        "outcome": "delivered",
        "reason": "",
        "amount": "",
        "attribution": "session",
        "status": 200,
        "alike": 0,
    }


def test_deliveries_at_the_same_time_do_not_mix() -> None:
    """However their lines come: each says which delivery it is of."""
    journal = Journal(follows=True)
    first, second = delivered("ORD-1"), delivered("ORD-2", outcome="withheld")
    journal.heard([first[0], second[0], second[1], first[1]], AT)

    rows = [(row["order"], row["outcome"]) for row in shown(journal)]
    assert rows == [("ORD-2", "withheld"), ("ORD-1", "delivered")]


def test_a_stranger_s_request_is_a_row_without_a_sender() -> None:
    """Nobody knows who sent it; the function is known, and why it was refused."""
    journal = Journal(follows=True)
    journal.heard([refused("bad_signature", 400, reason="stripe-signature: no match")], AT)

    (row,) = shown(journal)
    assert (row["provider"], row["outcome"]) == ("payment_webhook", "bad_signature")
    assert row["reason"] == "stripe-signature: no match"
    assert shown(journal, provider="payment_webhook") == [row]


def test_a_capture_is_a_row() -> None:
    """It has no event: its own line says whose it was."""
    journal = Journal(follows=True)
    fields = {"delivery": "abc-9", "function": "context_capture", "outcome": "stored"}
    capture = line("capture", **fields, caller="browser", references=2)
    journal.heard([capture, line("request", **fields, status=200, duration_ms=1.0)], AT)

    (row,) = shown(journal)
    assert (row["provider"], row["type"]) == ("context_capture", "capture of the browser")
    assert row["outcome"] == "stored"


def test_one_line_may_stand_for_many() -> None:
    """The row says so, and the totals count them all."""
    journal = Journal(follows=True)
    journal.heard([refused("bad_signature", 400, suppressed=41)], AT)

    assert shown(journal)[0]["alike"] == 41
    assert journal.totals.shown(AT)["outcomes"] == {"bad_signature": 42}


def test_what_is_about_one_order_stands_together() -> None:
    """Also a try of a refund that was told to come again, before anybody knew its order."""
    journal = Journal(follows=True)
    event = {"provider": "stripe", "source_event": "evt_r", "event_type": "refund.created"}
    journal.heard(delivered("ORD-1"), AT)
    journal.heard([refused("pending", 409, **event)], AT)
    journal.heard(delivered("ORD-2"), AT)
    journal.heard([refused("pending", 409, **event)], AT)
    assert [row["group"] for row in shown(journal)].count("event stripe evt_r") == 2

    journal.heard(delivered("ORD-1", **event, name="refund"), AT)

    groups = [row["group"] for row in shown(journal)]
    assert groups == ["order ORD-1", "order ORD-1", "order ORD-2", "order ORD-1", "order ORD-1"]
    (newest, *_) = journal.rows()
    assert [row.number for row in journal.together(newest)] == [0, 1, 3, 4]


def test_copies_without_an_order_stand_together() -> None:
    """A lead's by its entry, an ignored event's by its id."""
    journal = Journal(follows=True)
    for _ in range(2):
        lead = {"transaction_id": "", "entry": "e1", "name": "generate_lead"}
        journal.heard(delivered("L", **lead), AT)
        ignored = {"transaction_id": "", "entry": "", "name": "", "source_event": "evt_i"}
        journal.heard(delivered("I", **ignored, outcome="ignored"), AT)

    assert len({row["group"] for row in shown(journal)}) == 2


def test_the_ledger_gives_money_and_attribution() -> None:
    """Of a duplicate too, whose line has neither; a reader is notified once."""
    journal = Journal(follows=True)
    fact = LedgerEvent(
        "G-1", "purchase", "ORD-1", "ORD-1", "EUR", Decimal(18), attribution="client"
    )
    copy = {"attribution": "", "consent": "", "outcome": "duplicate", "entry": fact.key}
    journal.heard(delivered("ORD-1", **copy), AT)
    assert list(journal.wanted) == [fact.key]
    watching = Watching()
    journal.watchers.add(watching)

    journal.settle(entry(fact))
    journal.settle(entry(fact))

    (row,) = shown(journal)
    assert (row["amount"], row["attribution"]) == ("18.00 EUR", "client")
    assert watching.rows == [row["id"]]


def test_a_purchase_has_its_money_before_the_ledger_is_read() -> None:
    """GA4 was sent it."""
    journal = Journal(follows=True)
    journal.collected(collected(purchase("ORD-1", 1234.5, "JPY")))
    journal.heard(delivered("ORD-1"), AT)

    assert shown(journal)[0]["amount"] == "1234.5 JPY"


def test_a_request_to_ga4_of_which_no_delivery_speaks_is_a_row_after_a_while() -> None:
    """A replay by hand, for example; it stands with its order."""
    journal = Journal(follows=True)
    journal.collected(collected(purchase("ORD-1")))
    journal.collected(collected(purchase("ORD-2", mp_attribution="client")))
    journal.heard(delivered("ORD-1"), AT)

    journal.look_for_alone(AT + ALONE_AFTER_SECONDS - 1)
    assert len(journal) == 1
    journal.look_for_alone(AT + ALONE_AFTER_SECONDS)

    alone, _ = shown(journal)
    assert (alone["provider"], alone["order"], alone["outcome"]) == ("GA4", "ORD-2", "advice")
    assert (alone["amount"], alone["attribution"]) == ("18.00 EUR", "client")
    assert alone["group"] == "order ORD-2"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"events": 3}', b'{"events": [3, {"name": 1}]}'])
def test_a_collector_alone_shows_each_request(body: bytes) -> None:
    """Whatever it is."""
    journal = Journal()
    journal.collected(replace(collected(purchase("ORD-1")), body=body))

    (row,) = shown(journal)
    assert (row["outcome"], row["amount"], row["order"]) == ("error", "", "")


@pytest.mark.parametrize(
    "params",
    [
        {"value": True, "currency": "EUR"},
        {"value": "18", "currency": "EUR"},
        {"value": 18, "currency": "<b>"},
        {"value": 18, "currency": ["EUR"]},
        {"value": 18},
        [],
    ],
)
def test_what_is_no_money_is_not_added_up(params: object) -> None:
    """A stranger's request may hold anything."""
    journal = Journal()
    journal.collected(collected({"name": "purchase", "params": params}))

    assert shown(journal)[0]["amount"] == ""
    assert journal.totals.shown(AT)["money"] == []


def test_rows_are_looked_for_by_order_provider_and_outcome() -> None:
    """By a part of the order's or the event's id, in any letters; among all that is kept."""
    journal = Journal(follows=True)
    for number in range(600):
        journal.heard(delivered(f"ORD-{number}", provider=("stripe", "paddle")[number % 2]), AT)
    journal.heard(delivered("ORD-7b", outcome="withheld", source_event="evt_x"), AT)

    assert [row["order"] for row in shown(journal, order="ord-7b")] == ["ORD-7b"]
    assert [row["order"] for row in shown(journal, order="evt_x")] == ["ORD-7b"]
    assert [row["order"] for row in shown(journal, order="ord-0")] == ["ORD-0"]
    assert len(shown(journal, provider="paddle")) == 300
    assert len(shown(journal, provider="stripe", outcome="withheld")) == 1


def test_texts_are_as_long_as_they_can_be_looked_at() -> None:
    """A sender may call an event what it likes, as long as it likes."""
    journal = Journal(follows=True)
    journal.heard(delivered("ORD-1", event_type="x" * 100_000, notes=["y" * 5_000] * 500), AT)

    assert len(json.dumps(shown(journal))) < 2_000


def test_the_newest_rows_are_kept() -> None:
    """And nothing is kept about the others; watchers are notified that they are gone."""
    journal = Journal(follows=True, most=3)
    watching = Watching()
    journal.watchers.add(watching)
    for number in range(5):
        journal.heard(delivered(f"ORD-{number}", delivery=f"d-{number}"), AT)

    assert [row["order"] for row in shown(journal)] == ["ORD-4", "ORD-3", "ORD-2"]
    assert journal.find("d-0") is None
    assert {"d-0", "d-1"} <= set(watching.rows)


def test_of_what_ga4_was_sent_the_newest_is_kept() -> None:
    """And of a large body its beginning: memory is bounded."""
    sent = SentRequests(most=3)
    for number in range(5):
        event = purchase(f"ORD-{number % 4}")
        sent.add(collected(event, event, {"name": "x" * 100_000}))

    assert sent.newest("purchase", "ORD-1") is None
    found = [sent.newest("purchase", f"ORD-{number}") for number in (0, 2, 3)]
    assert all(event is not None for event in found)
    assert len(sent.add(collected(*[purchase("x" * 5_000)] * 50)).body) == MOST_BYTES
    assert len(sent.add(collected(*[purchase("x")] * 50)).events) == 25


def test_all_can_be_forgotten() -> None:
    """Rows, sums and what GA4 was sent."""
    journal = Journal(follows=True)
    watching = Watching()
    journal.watchers.add(watching)
    journal.collected(collected(purchase("ORD-1")))
    journal.heard(delivered("ORD-1"), AT)

    journal.clear()

    assert (len(journal), watching.times_forgotten) == (0, 1)
    assert journal.totals.shown(AT)["deliveries"] == 0
    assert journal.totals.shown(AT)["money"] == []


_LINES = st.builds(
    lambda of, kind, order, event, entry: line(
        kind,
        delivery=f"d-{of}",
        provider="stripe",
        source_event=event,
        outcome="delivered",
        **({"status": 200, "duration_ms": 1.0} if kind == "request" else {}),
        **({"transaction_id": order, "entry": entry} if kind == "event" else {}),
    ),
    of=st.integers(0, 20),
    kind=st.sampled_from(["event", "request", "secret"]),
    order=st.sampled_from(["", "A", "B"]),
    event=st.sampled_from(["", "evt_1", "evt_2"]),
    entry=st.sampled_from(["", "e1"]),
)


@given(st.lists(_LINES, max_size=120))
def test_however_lines_come_each_row_stands_with_its_group_and_nothing_is_left(
    lines: list[bytes],
) -> None:
    """A journal of few rows, so that most are dropped again."""
    journal = Journal(follows=True, most=5)
    journal.heard(lines, AT)

    assert len(journal) <= 5
    for row in journal.rows():
        assert row in journal.together(row)
        assert {other.group for other in journal.together(row)} == {row.group}
        assert all(journal.find(other.id) is other for other in journal.together(row))
