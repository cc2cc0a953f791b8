"""The sums of a report, held against sums made by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.consent import Choice
from shared.domain.sink import Receipt
from shared.stores.entry import REVERSED_AFTER_SENDING, Awaited, Entry, State
from tests.support.ledger_entries import entry
from tools.report.days import Days
from tools.report.document import document
from tools.report.figures import OTHER, Figures
from tools.report.problems import problems

FIRST = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)
DAYS = Days(date(2026, 11, 1), date(2026, 11, 3))
NOW = datetime(2026, 11, 3, tzinfo=UTC)


def figures(*entries: Entry) -> Figures:
    """Return the figures of two days."""
    found = Figures(DAYS, NOW)
    for each in entries:
        found.add(each)
    return found


def report(*entries: Entry) -> dict[str, Any]:
    """Return the report on two days as JSON has it."""
    found = figures(*entries)
    return document(found, (), problems(found, ()))


def test_a_refund_counts_on_its_own_day() -> None:
    """The purchase of the day before stays whole."""
    found = report(
        entry("T-1", "100.00 EUR", at=FIRST),
        entry("T-2", "20.50 EUR", at=SECOND),
        entry("re_1", "30.25 EUR", name="refund", order="T-1", at=SECOND),
    )

    assert found["money"] == [
        {
            "currency": "EUR",
            "purchases": "120.50",
            "refunds": "30.25",
            "net": "90.25",
            "purchase_events": 2,
            "refund_events": 1,
        }
    ]
    first, second = found["days"]
    assert (first["day"], first["money"][0]["net"]) == ("2026-11-01", "100.00")
    assert (second["day"], second["money"][0]["net"]) == ("2026-11-02", "-9.75")


def test_money_has_the_decimals_of_its_currency() -> None:
    """None in yen, three in dinar; currencies are never added up."""
    found = report(
        entry("T-1", "1200 JPY", at=FIRST),
        entry("T-2", "800 JPY", at=FIRST),
        entry("T-3", "1.005 KWD", at=FIRST),
        entry("re_3", "0.001 KWD", name="refund", at=FIRST),
        entry("T-4", "0.1 EUR", at=FIRST),
        entry("T-5", "0.2 EUR", at=FIRST),
    )

    assert {each["currency"]: each["net"] for each in found["money"]} == {
        "JPY": "2000",
        "KWD": "1.004",
        "EUR": "0.30",
    }


def test_no_digit_is_lost_in_a_large_sum() -> None:
    """Where a float would lose the cents."""
    entries = (entry(f"T-{n}", "99999999999999.99 EUR", at=FIRST) for n in range(101))

    assert report(*entries)["money"][0]["net"] == "10099999999999998.99"


def test_only_what_ga4_accepted_is_money() -> None:
    """The rest is listed by what became of it."""
    found = report(
        entry("T-1", "10.00 EUR", at=FIRST),
        entry("T-2", "1.00 EUR", state=State.WITHHELD, reason="no client is known", at=FIRST),
        entry("T-3", "2.00 EUR", state=State.UNCERTAIN, reason="no clear answer: x", at=FIRST),
        entry("T-4", "4.00 EUR", state=State.REJECTED, reason="value: NaN", at=FIRST),
        entry("T-5", "8.00 EUR", state=State.CLAIMED, at=FIRST),
        entry("re_6", "16.00 EUR", name="refund", state=State.REVERSED, reason="x", at=FIRST),
    )

    assert [each["net"] for each in found["money"]] == ["10.00"]
    assert {(each["state"], each["value"]) for each in found["not_in_money"]} == {
        ("withheld", "1.00"),
        ("uncertain", "2.00"),
        ("rejected", "4.00"),
        ("claimed", "8.00"),
        ("reversed", "16.00"),
    }
    assert found["attempts"]["unfinished"] == 1


def test_a_refund_that_failed_after_it_was_sent_still_counts_in_ga4() -> None:
    """The report says so: GA4 has no event that takes it back."""
    found = report(
        entry("T-1", "10.00 EUR", at=FIRST),
        entry(
            "re_1",
            "4.00 EUR",
            name="refund",
            state=State.REVERSED,
            reason=REVERSED_AFTER_SENDING,
            at=SECOND,
        ),
    )

    assert found["money"][0]["net"] == "6.00"
    failed = [{"currency": "EUR", "events": 1, "value": "4.00"}]
    assert found["refunds_failed_after_sending"] == failed
    assert [each["kind"] for each in found["fixes"]] == ["refund_failed_after_sending"]


def test_values_of_other_events_are_no_revenue() -> None:
    """A lead's value stands by itself, and only where it was sent."""
    found = report(
        entry("L-1", "500.00 EUR", name="generate_lead", at=FIRST),
        entry("L-2", "7.00 EUR", name="generate_lead", state=State.REJECTED, reason="x", at=FIRST),
    )

    assert found["money"] == []
    lead = {"event_name": "generate_lead", "currency": "EUR", "events": 1, "value": "500.00"}
    assert found["other_values"] == [lead]


@pytest.mark.parametrize("money", [None, "NaN EUR", "1E+30 EUR"])
def test_what_is_no_amount_is_counted_and_not_summed(money: str | None) -> None:
    """As a record that something broke."""
    found = report(entry("T-1", money, at=FIRST))

    assert (found["money"], found["without_amount"]) == ([], 1)


def test_shares_are_of_what_was_sent() -> None:
    """A refund belongs to no visit, so it has no part in attribution."""
    found = figures(
        entry("T-1", at=FIRST),
        entry("T-2", attribution="generated", late_hours=75, at=FIRST),
        entry("T-3", attribution=None, state=State.WITHHELD, analytics=Choice.DENIED, at=FIRST),
        entry("re_1", name="refund", attribution="client", at=SECOND),
        entry("evt", None, name="unreadable", state=State.REJECTED, analytics=None, at=SECOND),
    )

    assert found.attribution == {"session": 1, "generated": 1}
    assert found.consent == {"granted": 3, "denied": 1}
    assert (found.events, found.sent, found.late, found.most_late) == (5, 3, 1, 75)


def test_attempts_are_counted_beyond_the_first() -> None:
    """What the ledger knows of duplicates."""
    found = figures(entry("T-1", attempt=3, at=FIRST), entry("T-2", attempt=2, at=SECOND))

    assert (found.claimed_again, found.further_claims) == (2, 3)


def test_reasons_that_differ_in_a_number_of_a_list_are_one() -> None:
    """With a few examples."""
    entries = [
        entry(
            f"T-{n}", state=State.REJECTED, reason=f"events[0].params.items[{n}].price: X", at=FIRST
        )
        for n in range(5)
    ]
    (reason,) = report(*entries)["reasons"]

    assert reason["reason"] == "events[n].params.items[n].price: X"
    assert (reason["events"], reason["examples"]) == (5, ["T-0", "T-1", "T-2"])


@pytest.mark.parametrize(
    ("state", "reason", "kind"),
    [
        (State.WITHHELD, "analytics consent denied", "consent_denied"),
        (State.WITHHELD, "no client is known", "no_client"),
        (State.WITHHELD, "no client is known (too large to keep for a replay)", "no_client"),
        (State.WITHHELD, "waits for its purchase", "purchase_never_arrived"),
        (State.WITHHELD, "its purchase was not sent", "purchase_not_sent"),
        (State.WITHHELD, "its purchase is not known (UNKNOWN_REFUNDS)", "purchase_unknown"),
        (State.WITHHELD, "something new", "withheld"),
        (State.REJECTED, "occurred_at: more than 72 hours ago", "too_late"),
        (State.REJECTED, "occurred_at: more than 15 minutes in the future", "clock"),
        (State.REJECTED, "GA4 answered: 400", "ga4_refused"),
        (State.REJECTED, "events[0].params.note: PERSONAL_DATA", "personal_data"),
        (State.REJECTED, "amount_total: missing", "field"),
        (State.UNCERTAIN, "no clear answer: timed out", "no_clear_answer"),
        (State.REVERSED, "the refund failed before it was sent", "refund_failed"),
    ],
)
def test_each_reason_has_its_fix(state: State, reason: str, kind: str) -> None:
    """Whatever the ledger says."""
    found = report(entry("T-1", state=state, reason=reason, attribution=None, at=FIRST))

    assert [(each["kind"], each["events"]) for each in found["fixes"]] == [(kind, 1)]


def test_its_size_does_not_grow_with_what_stands_in_the_ledger() -> None:
    """Names, currencies, streams and reasons are bounded; what is over is counted together."""
    found = figures(
        *(
            entry(
                f"T-{n}",
                f"1 {n}",
                name=f"event_{n}",
                stream=f"G-{n}",
                state=State.REJECTED,
                reason=f"field_{n:x}_: wrong",
                at=FIRST,
            )
            for n in range(2000)
        )
    )

    assert found.events == 2000
    assert len(found.names) == len(found.streams) == 201
    assert found.names[OTHER].total() == found.streams[OTHER] == 1800
    reasons = list(found.reasons)
    assert (len(reasons), sum(each.events for each in reasons)) == (501, 2000)


def test_a_sum_is_a_decimal() -> None:
    """From the ledger to the page."""
    found = figures(entry(at=FIRST)).money["EUR"]

    assert found.purchases.value == Decimal("10.00")


def test_what_the_sink_took_counts_as_sent() -> None:
    """Its money is summed; only what nobody asks for any more is a problem."""
    request = Receipt("req-1", 0, 1, ("no status after 24 hours",))
    waits = Awaited(FIRST, 1, SECOND)
    given_up = Awaited(FIRST, 9, None)
    found = report(
        entry("T-1", "10.00 EUR", at=FIRST, state=State.ACCEPTED, awaited=waits),
        entry("T-2", "5.00 EUR", at=FIRST, state=State.ACCEPTED, request=request, awaited=given_up),
        entry(
            "T-3",
            "2.00 EUR",
            at=FIRST,
            state=State.REJECTED,
            reason="PROCESSING_ERROR_REASON_INVALID_EVENT",
        ),
    )

    (money,) = found["money"]
    assert (money["purchases"], money["purchase_events"]) == ("15.00", 2)
    assert found["states"] == {"accepted": 2, "rejected": 1}
    assert {each["kind"]: each["events"] for each in found["fixes"]} == {
        "no_status": 1,
        "not_processed": 1,
    }
