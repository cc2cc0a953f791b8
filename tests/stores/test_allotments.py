"""A refund's place in its order: exact, and the same however often it is asked for."""

import asyncio
from decimal import Decimal
from itertools import permutations

import pytest

from shared.domain.refund_share import refund_share
from shared.stores.orders import Orders, RefundPosition
from tests.stores.conftest import Store
from tests.stores.orders import order
from tests.support.builders import EUR_18, NOW
from tests.support.loop import in_a_loop

OURS, THEIRS = order("ORD-9"), order("pi_1")
PARTS = {"re_1": Decimal("0.10"), "re_2": Decimal("0.20"), "re_3": Decimal("27.30")}


async def before(
    orders: Orders, refund_id: str, amount: str | Decimal, *references: str
) -> Decimal:
    """Return what other refunds took before this one."""
    place = await orders.assign_refund(references or ("cs_1",), refund_id, Decimal(amount), now=NOW)
    assert place is not None
    return place.before


@in_a_loop
async def test_a_refund_of_no_known_order_has_no_place(store: Store) -> None:
    """Nor is anything taken down: once the order is known it is the first."""
    async with store.orders() as orders:
        await orders.link(["cs_1", "pi_1"], now=NOW)
        for references in (["cs_1"], ["?"], []):
            assert await orders.assign_refund(references, "re_1", Decimal(5), now=NOW) is None

        await orders.remember(OURS, ["pi_1"], now=NOW)
        assert await before(orders, "re_2", "5.00") == 0


@in_a_loop
async def test_each_refund_comes_after_those_before_it(store: Store) -> None:
    """To the last digit: 0.1 and 0.2 are 0.3."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1", "pi_1"], now=NOW)

        assert await orders.assign_refund(
            ["?", "cs_1"], "re_1", Decimal("0.10"), now=NOW
        ) == RefundPosition(OURS, Decimal(0))
        assert await before(orders, "re_2", "0.20", "pi_1") == Decimal("0.10")
        assert await before(orders, "re_3", "0.003") == Decimal("0.30")
        assert str(await before(orders, "re_4", "1")) == "0.303"


@in_a_loop
async def test_a_refund_keeps_its_place(store: Store) -> None:
    """Redelivered late, in any order, under any of its references, with another amount."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1", "pi_1"], now=NOW)
        first = {refund: await before(orders, refund, part) for refund, part in PARTS.items()}

        for refunds in permutations(PARTS):
            for refund in refunds:
                assert await before(orders, refund, "99", "pi_1") == first[refund]
        assert await before(orders, "re_1", "99", "unheard of") == first["re_1"]
        assert await before(orders, "re_9", "1") == EUR_18.total


@in_a_loop
async def test_refunds_of_other_orders_do_not_count(store: Store) -> None:
    """Each order has its own."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1"], now=NOW)
        await orders.remember(THEIRS, ["cs_2"], now=NOW)
        await before(orders, "re_1", "5.00", "cs_1")

        assert await before(orders, "re_2", "5.00", "cs_2") == 0


@in_a_loop
async def test_refunds_of_orders_that_turn_out_to_be_one_count_together(store: Store) -> None:
    """The places they have, they keep; they are of the order that won."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1"], now=NOW)
        await orders.remember(THEIRS, ["pi_1"], now=NOW)
        await before(orders, "re_1", "5.00", "cs_1")
        await before(orders, "re_2", "3.00", "pi_1")
        await before(orders, "re_3", "1.00", "pi_1")
        await orders.link(["pi_1", "cs_1"], now=NOW)

        assert await before(orders, "re_4", "2.00", "pi_1") == Decimal("9.00")
        assert await orders.assign_refund(
            ["pi_1"], "re_3", Decimal("1.00"), now=NOW
        ) == RefundPosition(OURS, Decimal("3.00"))


@pytest.mark.parametrize("arrival", list(permutations(PARTS)), ids=" ".join)
@in_a_loop
async def test_shares_sum_to_the_order_in_whichever_order_refunds_arrive(
    store: Store, arrival: tuple[str, ...]
) -> None:
    """Each told twice, its first answer lost."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1"], now=NOW)
        shares = {}
        for refund in (*arrival, *reversed(arrival)):
            taken = await before(orders, refund, PARTS[refund])
            shares[refund] = refund_share(EUR_18, taken, PARTS[refund])

    assert sum(share.net for share in shares.values()) == EUR_18.net
    assert sum(share.tax or 0 for share in shares.values()) == EUR_18.tax
    assert sum(share.shipping or 0 for share in shares.values()) == EUR_18.shipping


@in_a_loop
async def test_refunds_at_the_same_moment_have_different_places(store: Store) -> None:
    """Twenty requests, over two handles; each refund asked for twice."""
    async with store.orders() as one, store.orders() as two:
        await one.remember(OURS, ["cs_1"], now=NOW)
        asked = [(orders, f"re_{n}") for n in range(10) for orders in (one, two)]
        places = await asyncio.gather(*(before(orders, refund, "1.00") for orders, refund in asked))

    assert sorted(places) == sorted([Decimal(n) for n in range(10)] * 2)
    assert len({(refund, place) for (_, refund), place in zip(asked, places, strict=True)}) == 10
