"""What every ledger must say of many entries: one suite, run against each store."""

from datetime import datetime, timedelta

import pytest

from shared.domain.consent import Choice, Consent
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.lease import Lease
from shared.stores.ledger import Ledger
from shared.stores.query import Query
from shared.stores.retention import KEPT
from shared.stores.stats import Stats
from tests.stores.conftest import Store
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

MINUTE = timedelta(minutes=1)
CONSENT = Consent(Choice.GRANTED, Choice.DENIED, None)
FACT = LedgerEvent(
    "G-TEST123",
    "purchase",
    "ORD-0",
    transaction_id="ORD-0",
    source="stripe invoice.paid evt_0",
    attribution="session",
    consent=CONSENT,
    context_source="event",
)


def fact(number: int, **fields: object) -> LedgerEvent:
    """Return one of many facts."""
    named = {
        "business_key": f"ORD-{number}",
        "transaction_id": f"ORD-{number}",
        "source": f"stripe invoice.paid evt_{number}",
    }
    return replace(FACT, **{**named, **fields})  # type: ignore[arg-type]


async def delivered(ledger: Ledger, event: LedgerEvent, now: datetime = NOW) -> None:
    """Claim a fact and settle it."""
    lease = await ledger.claim(event, now=now, resend=True)
    assert isinstance(lease, Lease)
    await ledger.settle(lease, State.DELIVERED, now=now)


async def listed(ledger: Ledger, query: Query) -> list[Entry]:
    """Return what a query finds."""
    return [entry async for entry in ledger.entries(query)]


def keys(entries: list[Entry]) -> list[str]:
    """Return the business keys of entries."""
    return [entry.fact.business_key for entry in entries]


@in_a_loop
async def test_what_was_known_of_consent_stays_with_the_entry(store: Store) -> None:
    """Each consent, where it came from, and how late the event was."""
    event = replace(FACT, late_hours=80)
    async with store.ledger() as ledger:
        await delivered(ledger, event)
        found = await ledger.find(event.key)

    assert found is not None
    assert found.fact == event


@in_a_loop
async def test_a_record_told_later_says_what_is_known_now(store: Store) -> None:
    """An event that waited for its context may come back with a denial."""
    denied = replace(FACT, consent=Consent(Choice.DENIED), context_source="store")
    async with store.ledger() as ledger:
        await ledger.record(FACT, State.WITHHELD, now=NOW, reason="no client is known")
        await ledger.record(denied, State.WITHHELD, now=NOW, reason="analytics consent denied")
        found = await ledger.find(FACT.key)

    assert found is not None
    assert found.fact == denied


@in_a_loop
async def test_a_released_claim_gives_back_what_was_known_before_it(store: Store) -> None:
    """Consent and its source with the rest of the entry."""
    later = replace(FACT, consent=Consent(), context_source=None, late_hours=1)
    async with store.ledger() as ledger:
        await ledger.record(FACT, State.REJECTED, now=NOW, reason="no")
        lease = await ledger.claim(later, now=NOW, resend=True)
        assert isinstance(lease, Lease)
        await ledger.release(lease)
        found = await ledger.find(FACT.key)

    assert found is not None
    assert found.fact == FACT


@in_a_loop
async def test_the_newest_entry_comes_first(store: Store) -> None:
    """By when it was first heard of, whenever it was settled."""
    async with store.ledger() as ledger:
        for number in (1, 3, 2):
            await ledger.record(
                fact(number), State.REJECTED, now=NOW + number * MINUTE, reason="no"
            )
        await ledger.record(fact(1), State.REJECTED, now=NOW + 9 * MINUTE, reason="no")

        assert keys(await listed(ledger, Query())) == ["ORD-3", "ORD-2", "ORD-1"]


@in_a_loop
async def test_every_entry_comes_once_however_many_there_are(store: Store) -> None:
    """Over several pages, some of one and the same moment."""
    async with store.ledger() as ledger:
        for number in range(450):
            moment = NOW + (number // 100) * MINUTE
            await ledger.record(fact(number), State.REJECTED, now=moment, reason="no")

        found = await listed(ledger, Query())

    assert sorted(keys(found)) == sorted(f"ORD-{number}" for number in range(450))
    moments = [entry.created_at for entry in found]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param(Query(), ["ORD-3", "ORD-2", "ORD-1"], id="everything"),
        pytest.param(Query(frozenset({State.DELIVERED})), ["ORD-1"], id="state"),
        pytest.param(
            Query(frozenset({State.DELIVERED, State.WITHHELD})), ["ORD-3", "ORD-1"], id="states"
        ),
        pytest.param(Query(event_name="refund"), ["ORD-2"], id="name"),
        pytest.param(Query(since=NOW + 2 * MINUTE), ["ORD-3", "ORD-2"], id="from, inclusive"),
        pytest.param(Query(until=NOW + 2 * MINUTE), ["ORD-1"], id="until, exclusive"),
        pytest.param(Query(source="paddle"), ["ORD-3"], id="provider"),
        pytest.param(Query(source="evt_2"), ["ORD-2"], id="event"),
        pytest.param(Query(source="%"), [], id="no pattern in a source"),
        pytest.param(Query(reason="client"), ["ORD-3"], id="part of a reason"),
        pytest.param(Query(reason="_"), [], id="no pattern in a reason"),
        pytest.param(Query(business_key="ORD-2"), ["ORD-2"], id="key"),
        pytest.param(Query(frozenset({State.DELIVERED}), "refund"), [], id="all at once"),
    ],
)
@in_a_loop
async def test_a_query_finds_what_it_asks_for(store: Store, query: Query, found: list[str]) -> None:
    """By state, name, time, source, reason and key."""
    async with store.ledger() as ledger:
        await delivered(ledger, fact(1), NOW + MINUTE)
        refund = fact(2, event_name="refund")
        await ledger.record(refund, State.REJECTED, now=NOW + 2 * MINUTE, reason="bad currency")
        waiting = fact(3, source="paddle transaction.completed evt_3")
        await ledger.record(
            waiting, State.WITHHELD, now=NOW + 3 * MINUTE, reason="no client is known"
        )

        entries = await listed(ledger, query)
        everything = await listed(ledger, Query())

    assert keys(entries) == found
    # What a store cannot filter itself it filters by `matches`: both have to say the same.
    assert entries == [entry for entry in everything if query.matches(entry)]


@in_a_loop
async def test_events_are_counted_by_what_became_of_them(store: Store) -> None:
    """State, attribution, source, consent, lateness; from the first moment to before the last."""
    async with store.ledger() as ledger:
        await delivered(ledger, fact(0), NOW - timedelta(microseconds=1))
        await delivered(ledger, fact(1), NOW)
        await delivered(ledger, fact(2, attribution="client", context_source="store"), NOW)
        await delivered(ledger, fact(3, attribution="generated", consent=Consent()), NOW)
        denied = fact(4, attribution=None, consent=Consent(Choice.DENIED))
        await ledger.record(denied, State.WITHHELD, now=NOW, reason="analytics consent denied")
        unread = LedgerEvent("G-TEST123", "unreadable", "stripe:evt_5")
        await ledger.record(unread, State.REJECTED, now=NOW, reason="no")
        await delivered(ledger, fact(6, late_hours=80), NOW + MINUTE)

        found = await ledger.stats(NOW, NOW + MINUTE)
        later = await ledger.stats(NOW + MINUTE, NOW + 2 * MINUTE)

    assert found.events == 5
    assert found.by("state") == {"delivered": 3, "rejected": 1, "withheld": 1}
    assert found.by("attribution") == {
        "client": 1,
        "generated": 1,
        "none": 1,
        "session": 1,
        "withheld": 1,
    }
    assert found.by("context_source") == {"event": 3, "none": 1, "store": 1}
    assert found.by("consent") == {"denied": 1, "granted": 2, "unknown": 2}
    assert (found.late, later.late) == (0, 1)


@in_a_loop
async def test_nothing_is_counted_where_nothing_happened(store: Store) -> None:
    """No division by it either, for whoever makes shares of it."""
    async with store.ledger() as ledger:
        assert await ledger.stats(NOW, NOW + MINUTE) == Stats()


async def waiting(
    ledger: Ledger, event: LedgerEvent, *references: str, now: datetime = NOW
) -> None:
    """Record an event that waits for its context."""
    await ledger.record(
        event,
        State.WITHHELD,
        now=now,
        reason="no client is known",
        replay=b"{}",
        references=references,
    )


@in_a_loop
async def test_an_event_that_waits_is_found_by_any_of_its_references(store: Store) -> None:
    """Once, with what replay needs."""
    async with store.ledger() as ledger:
        await waiting(ledger, fact(1), "cs_1", "pi_1", "ORD-1")
        await waiting(ledger, fact(2), "cs_2")

        for references in (["cs_1"], ["pi_1", "ORD-1"], ["cs_9", "ORD-1"]):
            (found,) = await ledger.withheld(references, now=NOW)
            assert (found.fact.business_key, found.replay) == ("ORD-1", b"{}")
        assert await ledger.withheld(["cs_9"], now=NOW) == []
        assert await ledger.withheld([], now=NOW) == []


@in_a_loop
async def test_of_several_that_wait_the_oldest_comes_first(store: Store) -> None:
    """One customer, two orders."""
    async with store.ledger() as ledger:
        await waiting(ledger, fact(2), "cus_1", now=NOW + MINUTE)
        await waiting(ledger, fact(1), "cus_1", now=NOW)

        assert keys(list(await ledger.withheld(["cus_1"], now=NOW))) == ["ORD-1", "ORD-2"]


@in_a_loop
async def test_an_event_withheld_for_another_reason_waits_for_nothing(store: Store) -> None:
    """A denial, also one that comes after the wait began."""
    async with store.ledger() as ledger:
        await waiting(ledger, fact(1), "cs_1")
        await ledger.record(
            fact(1), State.WITHHELD, now=NOW, reason="analytics consent denied", replay=b"{}"
        )

        assert await ledger.withheld(["cs_1"], now=NOW) == []


@in_a_loop
async def test_an_event_that_is_on_its_way_no_longer_waits(store: Store) -> None:
    """And waits again when its claim is released."""
    async with store.ledger() as ledger:
        await waiting(ledger, fact(1), "cs_1")
        lease = await ledger.claim(fact(1), now=NOW, resend=True)
        assert isinstance(lease, Lease)
        assert await ledger.withheld(["cs_1"], now=NOW) == []

        await ledger.release(lease)
        (found,) = await ledger.withheld(["cs_1"], now=NOW)
        assert found.replay == b"{}"

        await delivered(ledger, fact(1))
        assert await ledger.withheld(["cs_1"], now=NOW) == []


@in_a_loop
async def test_a_delivered_event_never_waits_again(store: Store) -> None:
    """A late copy of it changes nothing."""
    async with store.ledger() as ledger:
        await delivered(ledger, fact(1))
        await waiting(ledger, fact(1), "cs_1")

        assert await ledger.withheld(["cs_1"], now=NOW) == []


@in_a_loop
async def test_what_has_expired_is_not_released(store: Store) -> None:
    """The store may forget it any time."""
    async with store.ledger() as ledger:
        await waiting(ledger, fact(1), "cs_1")

        assert await ledger.withheld(["cs_1"], now=NOW + KEPT.ledger) != []
        assert await ledger.withheld(["cs_1"], now=NOW + KEPT.ledger + MINUTE) == []
