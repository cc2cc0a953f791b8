"""What a denial reaches in every store: how far, and what else is there at the same moment."""

import asyncio
from datetime import timedelta
from functools import partial

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.order import Order
from shared.stores.denied import MOST_IDS
from shared.stores.order_records import MOST_LISTED
from shared.stores.stores import Stores
from tests.faults.store_faults import with_faults
from tests.stores.conftest import Store
from tests.stores.orders import order
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

DENIED = Context(consent=Consent(Choice.DENIED, analytics_at=NOW))


def owned(number: int) -> Order:
    """Return one of a customer's orders, with the buyer in it."""
    return replace(order(f"pi_{number}"), references=(f"pi_{number}", "cus_1"), context=IN_SESSION)


async def buy(stores: Stores, number: int) -> None:
    """Remember an order, and whose it is."""
    await stores.orders.remember(owned(number), [f"pi_{number}"], now=NOW)
    await stores.orders.belong(f"pi_{number}", ["cus_1"], now=NOW)


async def has_client(stores: Stores, number: int) -> bool:
    """Tell whether an order still knows its buyer."""
    found = await stores.orders.find([f"pi_{number}"])
    assert found is not None
    return found.context.has_id


@in_a_loop
async def test_the_last_orders_of_a_customer_are_reached(store: Store) -> None:
    """As many as the list holds; the denial stands under each of their ids."""
    async with store.stores() as stores:
        for number in range(MOST_LISTED + 2):
            await buy(stores, number)
        await stores.contexts.put(["cus_1"], DENIED, now=NOW)

        assert await has_client(stores, 1)
        assert not await has_client(stores, 2)
        assert not await has_client(stores, MOST_LISTED + 1)
        assert await stores.contexts.get(["pi_50"]) == DENIED
        assert MOST_LISTED < MOST_IDS


@in_a_loop
async def test_an_order_is_listed_once_and_of_one_day_sparingly(store: Store) -> None:
    """So that a renewal does not write two documents more."""
    async with store.stores() as stores:
        await buy(stores, 1)
        for number, now in ((2, NOW), (3, NOW + timedelta(days=2))):
            await stores.orders.remember(owned(number), [f"pi_{number}"], now=now)
            await stores.orders.belong(f"pi_{number}", ["cus_1"], now=now, sparingly=True)
        await stores.contexts.put(["cus_1"], DENIED, now=NOW)

        assert [await has_client(stores, number) for number in (1, 2, 3)] == [False, True, False]


@in_a_loop
async def test_references_that_came_together_are_one_persons(store: Store) -> None:
    """A capture names a session and its customer; the denial comes under one of them."""
    async with store.stores() as stores:
        await stores.contexts.put(["cs_1", "cus_1"], IN_SESSION, now=NOW)
        await stores.contexts.put(["cs_2"], IN_SESSION, now=NOW)
        await stores.contexts.put(["cus_1"], DENIED, now=NOW)

        assert await stores.contexts.get(["cs_1"]) == DENIED
        assert await stores.contexts.get(["cs_2"]) == IN_SESSION


@in_a_loop
async def test_a_denial_between_an_orders_read_and_its_commit_is_not_missed(store: Store) -> None:
    """Both write the customer's document, so the order is decided again."""
    async with store.stores() as stores, store.stores() as others:
        tries = 0

        async def deny(moment: str) -> None:
            nonlocal tries
            if moment.startswith("before") and moment != "before load":
                tries += 1
                if tries == 1:
                    await others.contexts.put(["cus_1"], DENIED, now=NOW)

        async def decide(within: Stores) -> None:
            known = await within.contexts.get(["cus_1"])
            context = known or IN_SESSION
            await within.orders.remember(replace(owned(1), context=context), ["pi_1"], now=NOW)
            await within.orders.belong("pi_1", ["cus_1"], now=NOW)

        await asyncio.wait_for(with_faults(stores, deny).together(decide), 60)

        assert tries == 2
        assert not await has_client(stores, 1)


@in_a_loop
async def test_orders_and_denials_at_the_same_time_leave_nobody(store: Store) -> None:
    """Whoever comes first, and however often each begins again."""
    async with store.stores() as stores, store.stores() as others:

        async def decide(within: Stores, number: int) -> None:
            context = await within.contexts.get(["cus_1"]) or IN_SESSION
            bought = replace(owned(number), context=context)
            await within.orders.remember(bought, [f"pi_{number}"], now=NOW)
            await within.orders.belong(f"pi_{number}", ["cus_1"], now=NOW)

        buying = [stores.together(partial(decide, number=number)) for number in range(8)]
        denying = others.contexts.put(["cus_1"], DENIED, now=NOW)
        await asyncio.wait_for(asyncio.gather(*buying[:4], denying, *buying[4:]), 60)

        assert [await has_client(stores, number) for number in range(8)] == [False] * 8
