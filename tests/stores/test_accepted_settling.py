"""Accepted entries are found when they are due and settled once: one suite for each store."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from shared.domain.sink import Receipt
from shared.stores.accepted import AcceptedEvents, Due, Settlement
from shared.stores.document import LEDGER
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.stores import Stores
from tests.faults.store_faults import KilledError, killed, overtaken, with_faults
from tests.stores.conftest import Store
from tests.stores.test_accepted import FACT, FIRST_LOOK, accepted, found
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools import store_cost
from tools.changed import replace

MINUTE = timedelta(minutes=1)
DELIVERED = Settlement(State.DELIVERED)
REJECTED = Settlement(State.REJECTED, "PROCESSING_ERROR_REASON_EVENT_TOO_OLD", ("a note",))


def fact(number: int) -> LedgerEvent:
    """Return one of many facts."""
    return replace(FACT, business_key=f"ORD-{number}")


async def took(stores: Stores, *numbers: int, request: str = "req-1") -> None:
    """Let the sink take some facts, in one request."""
    for index, number in enumerate(numbers):
        await accepted(stores.ledger, fact(number), Receipt(request, index, len(numbers)))


async def due(events: AcceptedEvents, *, most: int = 100) -> list[Due]:
    """Return what is due at the first look."""
    return await events.due(now=FIRST_LOOK, most=most)


async def settled(stores: Stores, each: Due, settlement: Settlement) -> bool:
    """Settle one entry; tell whether this call did."""
    return bool(await stores.accepted.settle([(each, settlement)], now=FIRST_LOOK))


def keys(entries: list[Due]) -> list[str]:
    """Return the business keys of entries."""
    return [each.entry.fact.business_key for each in entries]


@in_a_loop
async def test_nothing_is_due_before_its_time(store: Store) -> None:
    """To the microsecond; what was delivered or only claimed is never due."""
    async with store.stores() as stores:
        await took(stores, 1)
        lease = await stores.ledger.claim(fact(2), now=NOW, resend=True)
        assert not await stores.accepted.due(now=FIRST_LOOK - timedelta(microseconds=1), most=100)
        assert keys(await due(stores.accepted)) == ["ORD-1"]
    assert lease is not None


@in_a_loop
async def test_the_first_look_is_a_setting(store: Store) -> None:
    """`EVENT_STATUS_AFTER_SECONDS`."""
    async with store.stores() as stores:
        await took(replace(stores, status_after=timedelta(seconds=5)), 1)
        later = NOW + timedelta(seconds=5)
        assert len(await stores.accepted.due(now=later, most=100)) == 1


@in_a_loop
async def test_what_is_due_longest_comes_first_and_no_more_than_is_asked_for(
    store: Store,
) -> None:
    """In few reads: one query, and one document for each."""
    counts: Counter[str] = Counter()
    async with store.stores() as stores:
        for number, minutes in ((1, 3), (2, 1), (3, 2)):
            shifted = replace(stores, status_after=minutes * MINUTE)
            await took(shifted, number, request=f"req-{number}")
        with store_cost.counted(lambda what, more: counts.update({what: int(more)})):
            first = await due(stores.accepted, most=2)
    assert keys(first) == ["ORD-2", "ORD-3"]
    assert counts == {store_cost.ROUND_TRIPS: 1, store_cost.READ: 2}


@in_a_loop
async def test_a_request_is_settled_in_one_commit_without_a_read(store: Store) -> None:
    """Each entry by itself; what was needed to send it again is kept where it was rejected."""
    counts: Counter[str] = Counter()
    async with store.stores() as stores:
        await took(stores, 1, 2)
        one, two = await due(stores.accepted)
        with store_cost.counted(lambda what, more: counts.update({what: int(more)})):
            done = await stores.accepted.settle([(one, DELIVERED), (two, REJECTED)], now=FIRST_LOOK)
        first, second = await found(stores.ledger, fact(1)), await found(stores.ledger, fact(2))
        assert not await due(stores.accepted)
        (document,) = await stores.database.read([(LEDGER, fact(1).key)])

    assert counts == {store_cost.ROUND_TRIPS: 1, store_cost.WRITTEN: 2}
    assert [each.entry.fact.business_key for each, _ in done] == ["ORD-1", "ORD-2"]
    assert (first.state, first.reason, first.replay) == (State.DELIVERED, None, None)
    assert (second.state, second.reason) == (State.REJECTED, REJECTED.reason)
    assert second.replay == b"{}"
    assert second.request is not None
    assert second.request.notes == ("a note",)
    assert (first.updated_at, first.sent_at) == (FIRST_LOOK, NOW)
    assert "check_at" not in document.fields


@in_a_loop
async def test_an_entry_is_looked_at_again_later_or_never(store: Store) -> None:
    """Still accepted, with its note; the number of looks grows."""
    async with store.stores() as stores:
        await took(stores, 1)
        (first,) = await due(stores.accepted)
        later = FIRST_LOOK + 39 * MINUTE
        assert await settled(stores, first, Settlement(check_at=later))
        assert not await due(stores.accepted)

        (again,) = await stores.accepted.due(now=later, most=100)
        assert again.entry.awaited is not None
        assert again.entry.awaited.looks == 1
        assert await settled(stores, again, Settlement(notes=("nobody knows",)))
        entry = await found(stores.ledger, fact(1))
        assert not await stores.accepted.due(now=later + timedelta(days=30), most=100)

    assert entry.state is State.ACCEPTED
    assert entry.awaited is not None
    assert (entry.awaited.looks, entry.awaited.check_at) == (2, None)
    assert entry.request is not None
    assert entry.request.notes == ("nobody knows",)


@pytest.mark.parametrize("second", [DELIVERED, REJECTED, Settlement(check_at=FIRST_LOOK)])
@in_a_loop
async def test_what_another_run_has_settled_is_left_alone(store: Store, second: Settlement) -> None:
    """The one that comes second counts nothing."""
    async with store.stores() as one, store.stores() as two:
        await took(one, 1)
        (mine,), (theirs,) = await due(one.accepted), await due(two.accepted)
        assert await settled(one, mine, REJECTED)
        before = await found(one.ledger, fact(1))

        assert not await settled(two, theirs, second)
        assert await found(one.ledger, fact(1)) == before


@in_a_loop
async def test_two_runs_that_look_at_once_put_it_off_once(store: Store) -> None:
    """Else the waits would grow twice as fast, and an overdue event would count twice."""
    async with store.stores() as one, store.stores() as two:
        await took(one, 1)
        (mine,), (theirs,) = await due(one.accepted), await due(two.accepted)
        assert await settled(one, mine, Settlement(notes=("overdue",)))
        assert not await settled(two, theirs, Settlement(notes=("overdue",)))


@in_a_loop
async def test_many_runs_at_once_settle_each_entry_once(store: Store) -> None:
    """Whichever of them comes first with it."""

    async def run(stores: Stores) -> list[str]:
        mine = await due(stores.accepted)
        done = await stores.accepted.settle([(each, DELIVERED) for each in mine], now=FIRST_LOOK)
        return [each.entry.fact.business_key for each, _ in done]

    async with store.stores() as one, store.stores() as two:
        await took(one, *range(12))
        runs = await asyncio.gather(*(run(stores) for stores in (one, two, one, two)))

    assert sorted(key for run in runs for key in run) == sorted(
        f"ORD-{number}" for number in range(12)
    )


@in_a_loop
async def test_who_is_overtaken_by_its_own_commit_counts_it_once(store: Store) -> None:
    """The commit was made and its answer lost."""
    async with store.stores() as stores:
        await took(stores, 1)
        (each,) = await due(stores.accepted)
        assert await settled(with_faults(stores, overtaken("after settle")), each, DELIVERED)
        assert (await found(stores.ledger, fact(1))).state is State.DELIVERED


@pytest.mark.parametrize("when", ["before", "after"])
@in_a_loop
async def test_a_killed_run_loses_nothing(store: Store, when: str) -> None:
    """The next one finds what it has not settled."""
    async with store.stores() as stores:
        await took(stores, 1)
        (each,) = await due(stores.accepted)
        with pytest.raises(KilledError):
            await settled(with_faults(stores, killed(f"{when} settle")), each, DELIVERED)

        left = await due(stores.accepted)
        assert keys(left) == (["ORD-1"] if when == "before" else [])
        entry: Entry = await found(stores.ledger, fact(1))
    assert entry.state is (State.ACCEPTED if when == "before" else State.DELIVERED)


@in_a_loop
async def test_a_refund_that_was_reversed_is_not_due(store: Store) -> None:
    """Nobody asks what became of it."""
    async with store.stores() as stores:
        await took(stores, 1)
        await stores.ledger.reverse(fact(1), now=NOW, reason="failed")
        assert not await due(stores.accepted)
