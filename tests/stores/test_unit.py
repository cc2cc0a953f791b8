"""A unit of work: read once, committed once, and begun again when somebody else was faster."""

import asyncio
from collections import Counter

import pytest

from shared.domain.context import Context
from shared.errors import UnavailableError
from shared.stores.document import ConflictError
from shared.stores.entry import State
from shared.stores.lease import Lease
from shared.stores.stores import Stores
from tests.faults.store_faults import overtaken, with_faults
from tests.stores.conftest import Store
from tests.stores.orders import order
from tests.stores.test_ledger import FACT
from tests.support.builders import IN_SESSION, NOW
from tests.support.fast_loop import run_fast
from tests.support.loop import in_a_loop
from tools import store_cost
from tools.changed import replace

OURS = order("ORD-9")
REFERENCES = ("cs_1", "pi_1")


async def everything(stores: Stores) -> Lease:
    """Do all that an event does."""
    await stores.load([FACT.key], [*REFERENCES, "cus_1"])
    assert await stores.orders.find(REFERENCES) is None
    await stores.orders.remember(OURS, REFERENCES, now=NOW)
    assert await stores.orders.find(["pi_1"]) == OURS
    await stores.contexts.put(["cus_1"], IN_SESSION, now=NOW)
    assert await stores.contexts.get(["cus_1"]) == IN_SESSION
    claim = await stores.ledger.claim(FACT, now=NOW, resend=False)
    assert isinstance(claim, Lease)
    await stores.ledger.begin(claim, now=NOW)
    return claim


@in_a_loop
async def test_several_things_are_one_read_and_one_commit(store: Store) -> None:
    """What is changed is seen within, and settling needs no read."""
    counts: Counter[str] = Counter()

    def count(what: str, more: float) -> None:
        counts[what] += int(more)

    async with store.stores() as stores:
        with store_cost.counted(count):
            lease = await stores.together(everything)
            begun = dict(counts)
            await stores.ledger.settle(lease, State.DELIVERED, now=NOW)

        entry = await stores.ledger.find(FACT.key)

    assert begun == {
        store_cost.ROUND_TRIPS: 2,
        store_cost.READ: 4,
        store_cost.WRITTEN: 4,
    }
    assert counts[store_cost.ROUND_TRIPS] == 3
    assert entry is not None
    assert (entry.state, entry.sending) == (State.DELIVERED, True)


@in_a_loop
async def test_nothing_is_there_before_all_of_it_is(store: Store) -> None:
    """Work that fails leaves nothing behind."""

    async def fail(stores: Stores) -> None:
        await everything(stores)
        raise KeyError

    async with store.stores() as stores:
        with pytest.raises(KeyError):
            await stores.together(fail)

        assert await stores.ledger.find(FACT.key) is None
        assert await stores.orders.find(REFERENCES) is None
        assert await stores.contexts.get(["cus_1"]) is None


@pytest.mark.parametrize("moment", ["before begin", "after begin"])
@in_a_loop
async def test_who_is_overtaken_decides_again(store: Store, moment: str) -> None:
    """Also by itself, its answer lost: the claim is its own, and what follows is done once."""
    said: list[str] = []

    async def decide(stores: Stores) -> Lease:
        if await stores.orders.find(REFERENCES) is None:
            lease: object = await everything(stores)
        else:
            lease = await stores.ledger.claim(FACT, now=NOW, resend=False)
        await stores.then(lambda: said.append("done"))
        assert isinstance(lease, Lease)
        return lease

    async with store.stores() as stores:
        lease = await with_faults(stores, overtaken(moment)).together(decide)
        await stores.ledger.settle(lease, State.DELIVERED, now=NOW)
        entry = await stores.ledger.find(FACT.key)

    assert said == ["done"]
    assert (lease.attempt, lease.sending_began) == (1, False)
    assert entry is not None
    assert entry.state is State.DELIVERED


@in_a_loop
async def test_of_many_at_once_one_remembers_the_order_and_all_agree(store: Store) -> None:
    """Each within a unit of its own."""

    async def remember(stores: Stores, number: int) -> str:
        known = await stores.orders.find(["cs_1"])
        mine = replace(OURS, transaction_id=f"T-{number}")
        counts = known or await stores.orders.remember(mine, REFERENCES, now=NOW)
        await stores.contexts.put([f"cus_{number}"], Context("1.2"), now=NOW)
        return counts.transaction_id

    async with store.stores() as one, store.stores() as two:
        found = await asyncio.gather(
            *(
                stores.together(lambda unit, number=number: remember(unit, number))  # type: ignore[misc]
                for number in range(8)
                for stores in (one, two)
            )
        )

    assert len(set(found)) == 1


def test_who_is_overtaken_for_ever_gives_up(store: Store) -> None:
    """The sender will be back."""

    async def hook(moment: str) -> None:
        if moment == "before begin":
            raise ConflictError

    async def work() -> None:
        async with store.stores() as stores:
            with pytest.raises(UnavailableError, match="too many want the same document"):
                await with_faults(stores, hook).together(everything)

    run_fast(work(), 20)
