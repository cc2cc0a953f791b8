"""What Google says settles the entries of the ledger, over real HTTP and each store."""

import io
from datetime import timedelta
from typing import Final

from shared.stores.entry import State
from shared.stores.lease import Lease
from tests.data_manager.statuses import ADS_PLACE, GA4_PLACE, answer, at, counted, ga4
from tests.event_status.books import OLD, lines, opened
from tests.stores.conftest import Store
from tests.stores.test_accepted import FACT
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

MINUTE: Final = timedelta(minutes=1)


@in_a_loop
async def test_one_look_up_settles_all_events_of_a_request(store: Store) -> None:
    """Each by its place; the request that waits is asked for again later."""
    async with opened(store) as books:
        await books.take("ORD-1", "ORD-2", "ORD-3")
        await books.take("ORD-4", request="req-2")
        books.google.answers = {
            "req-1": ga4("PARTIAL_SUCCESS", [counted(OLD, 1, [1])]),
            "req-2": ga4("PROCESSING"),
        }
        counts = await books.counts()
        states = await books.states("ORD-1", "ORD-2", "ORD-3", "ORD-4")
        again = await books.counts()

    assert states == ["delivered", f"rejected {OLD}", "delivered", "accepted"]
    assert counts == {"look_ups": 2, "delivered": 2, "rejected": 1, "processing": 1}
    assert again == {}
    assert sorted(books.google.asked) == ["req-1", "req-2"]
    assert all("authorization" not in each for each in books.google.headers)


@in_a_loop
async def test_nothing_is_due_before_its_time(store: Store) -> None:
    """And nobody is asked."""
    async with opened(store) as books:
        await books.take("ORD-1")
        books.clock.now -= timedelta(microseconds=1)
        outcome = await books.run()
    assert (outcome.reason, books.google.asked) == ("nothing is due", [])


@in_a_loop
async def test_the_waits_grow_and_end_after_a_day(store: Store) -> None:
    """30 minutes, then 1.3 times as long each time, an hour at most, a day in all."""
    async with opened(store) as books:
        await books.take("ORD-1")
        books.google.otherwise = ga4("PROCESSING")
        waits = []
        for _ in range(40):
            before = books.clock.now
            await books.run()
            awaited = (await books.entry("ORD-1")).awaited
            assert awaited is not None
            if awaited.check_at is None:
                break
            waits.append(awaited.check_at - before)
            books.clock.now = awaited.check_at
        counts = await books.counts()

        assert await books.states("ORD-1") == ["accepted"]
        assert await books.notes("ORD-1") == ("no status after 24 hours",)
    assert [round(wait / MINUTE, 1) for wait in waits[:5]] == [39.0, 50.7, 60.0, 60.0, 60.0]
    assert books.clock.now == NOW + timedelta(hours=24)
    assert len(books.google.asked) == len(waits) + 1
    assert counts == {}


@in_a_loop
async def test_an_overdue_event_is_counted_and_logged_once(
    store: Store, log_lines: io.BytesIO
) -> None:
    """After a day in which nobody asked, one look is enough to give up."""
    async with opened(store) as books:
        await books.take("ORD-1")
        books.google.otherwise = ga4("PROCESSING")
        books.clock.now = NOW + timedelta(days=2)
        first, second = await books.counts(), await books.counts()

    assert (first, second) == ({"look_ups": 1, "overdue": 1}, {})
    (line,) = lines(log_lines, "status_overdue")
    assert line["entry"] == replace(FACT, business_key="ORD-1").key
    assert line["notes"] == ["no status after 24 hours"]


@in_a_loop
async def test_a_rejected_event_is_logged_by_reason(store: Store, log_lines: io.BytesIO) -> None:
    """With what finds it again, and the figures in the run's own line."""
    async with opened(store) as books:
        await books.take("ORD-1", "ORD-2")
        books.google.otherwise = ga4("FAILED", [counted(OLD, 2)])
        await books.run()

    first, second = lines(log_lines, "status_rejected")
    assert (first["severity"], first["outcome"], first["reason"]) == ("ERROR", "rejected", OLD)
    assert (first["name"], first["provider"]) == ("purchase", "stripe")
    assert first["entry"] != second["entry"]
    (run,) = lines(log_lines, "event_status")
    assert (run["severity"], run["events"]) == ("ERROR", 2)
    assert run["counts"]["rejected"] == 2


@in_a_loop
async def test_what_google_ads_says_is_a_note_and_a_figure(store: Store) -> None:
    """GA4 settles the event."""
    async with opened(store) as books:
        await books.take("ORD-1")
        ads = at(ADS_PLACE, "FAILED", [counted("PROCESSING_ERROR_REASON_INVALID_GCLID", 1, [0])])
        books.google.otherwise = answer(at(GA4_PLACE, "SUCCESS"), ads)
        counts = await books.counts()
        assert await books.states("ORD-1") == ["delivered"]
        assert await books.notes("ORD-1") == ("Google Ads: PROCESSING_ERROR_REASON_INVALID_GCLID",)
    assert counts == {"look_ups": 1, "delivered": 1, "ads_errors": 1}


@in_a_loop
async def test_an_unnamed_failure_is_not_asked_for_again(store: Store) -> None:
    """The status is final: it will never say which."""
    async with opened(store) as books:
        await books.take("ORD-1", "ORD-2")
        books.google.otherwise = ga4("PARTIAL_SUCCESS", [counted(OLD, 1)])
        assert await books.counts() == {"look_ups": 1, "unnamed": 2}
        books.clock.now += timedelta(days=1)
        assert await books.counts() == {}
        assert await books.states("ORD-1", "ORD-2") == ["accepted", "accepted"]


@in_a_loop
async def test_an_entry_that_was_rejected_is_taken_again(store: Store) -> None:
    """Its provider may bring it once more: Google has processed nothing of it."""
    async with opened(store) as books:
        await books.take("ORD-1")
        books.google.otherwise = ga4("FAILED", [counted(OLD, 1)])
        await books.run()
        lease = await books.stores.ledger.claim(
            replace(FACT, business_key="ORD-1"), now=books.clock.now, resend=False
        )
        assert isinstance(lease, Lease)
        assert not lease.sending_began
        await books.stores.ledger.release(lease)
        entry = await books.entry("ORD-1")
    assert (entry.state, entry.reason) == (State.REJECTED, OLD)
