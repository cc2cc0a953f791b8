"""What is found by an id, and records of what was ignored: one suite, run against each store."""

from collections import Counter
from datetime import timedelta

import pytest

from shared.stores.document import LEDGER
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.lease import Done, Lease
from shared.stores.ledger import Ledger
from shared.stores.ledger_fields import MOST_MENTIONS
from shared.stores.query import Query
from shared.stores.reference import hashed
from shared.stores.retention import KEPT
from shared.stores.stats import Stats
from tests.stores.conftest import Store
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools.changed import replace
from tools.store_cost import READ, ROUND_TRIPS, WRITTEN, counted

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
PAID = LedgerEvent(
    "G-TEST123",
    "purchase",
    "ORD-9",
    transaction_id="ORD-9",
    source="stripe checkout.session.completed evt_1",
    mentions=("evt_1", "ORD-9", "pi_1", "cus_1"),
)
IGNORED = LedgerEvent(
    "G-TEST123",
    "ignored",
    "stripe payment_intent.succeeded evt_0",
    source="stripe payment_intent.succeeded evt_0",
    mentions=("evt_0", "pi_1"),
)


def order(number: int, *mentions: str) -> LedgerEvent:
    """Return one of several payments."""
    key = f"ORD-{number}"
    return replace(PAID, business_key=key, transaction_id=key, mentions=(key, *mentions))


async def claimed(ledger: Ledger, event: LedgerEvent) -> Lease:
    """Claim an event."""
    lease = await ledger.claim(event, now=NOW, resend=True)
    assert isinstance(lease, Lease)
    return lease


async def delivered(ledger: Ledger, event: LedgerEvent) -> None:
    """Claim an event and settle it."""
    await ledger.settle(await claimed(ledger, event), State.DELIVERED, now=NOW)


async def noted(ledger: Ledger, event: LedgerEvent = IGNORED, reason: str = "test mode") -> None:
    """Record that a delivery was ignored."""
    await ledger.ignore(event, now=NOW, reason=reason, retention=WEEK)


async def states(ledger: Ledger, *ids: str) -> list[State]:
    """Return where the entries about some ids stand."""
    return [entry.state for entry in await ledger.mentioning(ids)]


async def listed(ledger: Ledger, query: Query) -> list[Entry]:
    """Return what a query finds."""
    return [entry async for entry in ledger.entries(query)]


@pytest.mark.parametrize("name", PAID.mentions)
@in_a_loop
async def test_an_entry_is_found_by_every_id_it_is_about(store: Store, name: str) -> None:
    """Claimed, settled or recorded; by no other id, and by no part of one."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger, PAID)
        assert await states(ledger, name) == [State.CLAIMED]
        await ledger.settle(lease, State.DELIVERED, now=NOW)
        assert await states(ledger, name, "other") == [State.DELIVERED]

        for other in (name[:-1], name + "0", name.lower() + " ", "*", "%", f"{name}\n", "", " "):
            assert await states(ledger, other) == []
        assert await states(ledger) == []


@in_a_loop
async def test_nobody_finds_an_id_in_the_store(store: Store) -> None:
    """The ids are kept hashed, as all references are."""
    async with store.stores() as stores:
        await delivered(stores.ledger, PAID)
        (document,) = await stores.database.read([(LEDGER, PAID.key)])

    assert document.fields["mentions"] == list(hashed(PAID.mentions))


@in_a_loop
async def test_an_entry_with_two_of_the_ids_comes_once_and_the_newest_first(store: Store) -> None:
    """More ids than one query of Firestore's takes."""
    many = [f"x{number}" for number in range(70)]
    async with store.ledger() as ledger:
        for number in (1, 3, 2):
            event = order(number, "cus_1", f"x{number}", f"x{60 + number}")
            await ledger.record(
                event, State.WITHHELD, now=NOW + number * MINUTE, reason="no client is known"
            )
        found = await ledger.mentioning([*many, "cus_1"])

    assert [entry.fact.business_key for entry in found] == ["ORD-3", "ORD-2", "ORD-1"]


@in_a_loop
async def test_each_event_of_a_fact_adds_its_ids(store: Store) -> None:
    """A payment that was rejected under one event and sent by another is found by both."""
    later = replace(PAID, mentions=("evt_2", "ORD-9"))
    async with store.ledger() as ledger:
        await ledger.record(PAID, State.REJECTED, now=NOW, reason="no")
        await ledger.record(later, State.REJECTED, now=NOW, reason="still no")
        third = replace(PAID, mentions=("evt_3", "ORD-9"))
        lease = await claimed(ledger, third)
        assert await states(ledger, "evt_1", "evt_2") == [State.CLAIMED]
        await ledger.release(lease)
        await delivered(ledger, third)

        for name in ("evt_1", "evt_2", "evt_3", "cus_1"):
            assert await states(ledger, name) == [State.DELIVERED]


@in_a_loop
async def test_a_reversal_adds_its_ids(store: Store) -> None:
    """The event that says that the refund failed finds the refund."""
    refund = replace(PAID, event_name="refund", business_key="re_1", mentions=("evt_5", "re_1"))
    failed = replace(refund, mentions=("evt_6", "re_1"))
    async with store.ledger() as ledger:
        await delivered(ledger, refund)
        await ledger.reverse(failed, now=NOW, reason="failed")

        for name in ("evt_5", "evt_6", "re_1"):
            assert await states(ledger, name) == [State.REVERSED]


@in_a_loop
async def test_the_ids_of_an_entry_have_an_end(store: Store) -> None:
    """Whatever a sender names; the first ids are the event's and the order's own."""
    many = replace(PAID, mentions=tuple(f"id{number}" for number in range(MOST_MENTIONS + 1)))
    async with store.ledger() as ledger:
        await delivered(ledger, many)

        assert await states(ledger, f"id{MOST_MENTIONS - 1}") == [State.DELIVERED]
        assert await states(ledger, f"id{MOST_MENTIONS}") == []


@in_a_loop
async def test_what_was_ignored_is_found_for_as_long_as_it_is_kept(store: Store) -> None:
    """By its event and by what it was about, with the reason that was answered."""
    async with store.ledger() as ledger:
        await noted(ledger)
        (found,) = await ledger.mentioning(["evt_0"])
        (same,) = await ledger.mentioning(["pi_1"])

    assert found == same
    assert (found.state, found.reason, found.attempt) == (State.IGNORED, "test mode", 1)
    assert (found.created_at, found.expires_at) == (NOW, NOW + WEEK)
    fact = replace(found.fact, mentions=IGNORED.mentions)  # they are kept as hashes
    assert (fact, found.replay, found.sending) == (IGNORED, None, False)


@in_a_loop
async def test_what_expired_is_not_found(store: Store) -> None:
    """The store may forget it any time."""
    async with store.ledger() as ledger:
        await ledger.ignore(IGNORED, now=NOW - WEEK, reason="test mode", retention=WEEK)
        await ledger.record(PAID, State.REJECTED, now=NOW - KEPT.ledger, reason="no")
        assert await states(ledger, "evt_0", "ORD-9") == []

        await noted(ledger)  # in the place of what expired
        assert await states(ledger, "evt_0") == [State.IGNORED]


@in_a_loop
async def test_what_is_ignored_again_is_one_entry(store: Store) -> None:
    """With the last reason, since when it comes, and how many times it came."""
    async with store.ledger() as ledger:
        await noted(ledger)
        later = NOW + MINUTE
        await ledger.ignore(IGNORED, now=later, reason="zero amount", retention=WEEK)
        (found,) = await ledger.mentioning(["evt_0"])

    assert (found.reason, found.attempt) == ("zero amount", 2)
    assert (found.created_at, found.updated_at, found.expires_at) == (NOW, later, later + WEEK)


@in_a_loop
async def test_nobody_counts_or_lists_what_was_ignored_unless_asked(store: Store) -> None:
    """Lists, statistics, what waits: they are about events."""
    asked = Query(frozenset({State.IGNORED}))
    async with store.ledger() as ledger:
        await noted(ledger)
        everything = await listed(ledger, Query())
        by_key = await listed(ledger, Query(business_key=IGNORED.business_key))
        (found,) = await listed(ledger, asked)

        assert (everything, by_key) == ([], [])
        assert asked.matches(found)
        assert not Query().matches(found)
        assert await ledger.stats(NOW - MINUTE, NOW + MINUTE) == Stats()
        assert await ledger.withheld(["pi_1"], now=NOW) == []


@in_a_loop
async def test_what_was_ignored_is_in_no_events_way(store: Store) -> None:
    """Under its very key an event is claimed, recorded and reversed as if nothing were there."""
    async with store.ledger() as ledger:
        for number, event in enumerate(
            replace(PAID, business_key=f"ORD-{number}") for number in range(3)
        ):
            await noted(ledger, event)
            if number == 0:
                lease = await claimed(ledger, event)
                assert not lease.sending_began
                await ledger.release(lease)
                assert await states(ledger, "evt_1") == [State.IGNORED]
                await delivered(ledger, event)
                assert isinstance(await ledger.claim(event, now=NOW, resend=False), Done)
            elif number == 1:
                await ledger.record(event, State.WITHHELD, now=NOW, reason="no client is known")
            else:
                await ledger.reverse(event, now=NOW, reason="failed")
            found = await ledger.find(event.key)
            assert found is not None
            assert found.expires_at == NOW + KEPT.ledger

        assert await states(ledger, "evt_1") != []
        assert State.IGNORED not in await states(ledger, "evt_1")


@pytest.mark.parametrize("state", [State.DELIVERED, State.REJECTED, State.UNCERTAIN])
@in_a_loop
async def test_a_record_of_what_was_ignored_replaces_no_event(store: Store, state: State) -> None:
    """What became of an event stays."""
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger, PAID), state, now=NOW, reason="so")
        before = await ledger.find(PAID.key)
        await noted(ledger, PAID)

        assert await ledger.find(PAID.key) == before


@in_a_loop
async def test_a_record_of_what_was_ignored_costs_one_write(store: Store) -> None:
    """It is not asked whether it is there; one that is costs a read more."""
    costs: Counter[str] = Counter()

    def count(what: str, more: float) -> None:
        costs[what] += int(more)

    async with store.ledger() as ledger:
        with counted(count):
            await noted(ledger)
            first = (costs[ROUND_TRIPS], costs[READ], costs[WRITTEN])
            await noted(ledger, reason="zero amount")

    assert first == (1, 0, 1)
    assert (costs[READ], costs[WRITTEN]) == (1, 2)
