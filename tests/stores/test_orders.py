"""What every store of orders must do: one suite, run against each."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared.domain.context import Context
from shared.domain.money import Money
from shared.domain.order import Order
from tests.stores.conftest import Store
from tests.stores.orders import order
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

OURS, THEIRS = order("ORD-9"), order("pi_1")
ALL = ("cs_1", "pi_1", "ch_1", "ORD-9")


@pytest.mark.parametrize("reference", ALL)
@in_a_loop
async def test_an_order_is_found_by_each_of_its_references(store: Store, reference: str) -> None:
    """Over another handle too."""
    async with store.orders() as one, store.orders() as two:
        assert await one.remember(OURS, ALL, now=NOW) == OURS

        for orders in (one, two):
            assert await orders.find([reference]) == OURS


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(OURS, id="everything known"),
        pytest.param(
            replace(OURS, items=(), context=Context(), customer_ref=None), id="little known"
        ),
        pytest.param(
            replace(OURS, money=Money("JPY", Decimal("1E+3"), Decimal("0.00"))), id="any decimals"
        ),
        pytest.param(replace(OURS, transaction_id='"\\\0☂'), id="a strange id"),
        pytest.param(
            replace(OURS, occurred_at=NOW + timedelta(microseconds=999_999)), id="microseconds"
        ),
    ],
)
@in_a_loop
async def test_an_order_comes_back_as_it_was(store: Store, same: Order) -> None:
    """Digit by digit, and to the microsecond."""
    async with store.orders() as orders:
        await orders.remember(same, ["cs_1"], now=NOW)

        found = await orders.find(["cs_1"])

    assert repr(same) == repr(found)


@in_a_loop
async def test_nobody_knows_an_order_that_was_not_remembered(store: Store) -> None:
    """Nor one of no references, nor one by another case, a space more, or a blank."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1", ""], now=NOW)

        for references in ([], ["cs_2"], ["CS_1"], ["cs_1 "], [""], [" "]):
            assert await orders.find(references) is None


@in_a_loop
async def test_the_first_order_wins(store: Store) -> None:
    """Two events about the same money, under different transaction ids, come out as one."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1", "pi_1"], now=NOW)

        for _ in range(2):
            assert await orders.remember(THEIRS, ["pi_1", "ch_1"], now=NOW) == OURS
        assert await orders.find(["ch_1"]) == OURS


@in_a_loop
async def test_remembering_joins_the_references(store: Store) -> None:
    """What is told of one of them later is told of all."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1", "pi_1"], now=NOW)
        await orders.remember(OURS, ["pi_1", "ch_1"], now=NOW)
        await orders.link(["ch_1", "in_1"], now=NOW)

        assert await orders.remember(THEIRS, ["in_1"], now=NOW) == OURS


@in_a_loop
async def test_a_link_may_come_before_the_order_is_known(store: Store) -> None:
    """It finds nothing yet; then the order, by ids it never heard of."""
    async with store.orders() as orders:
        await orders.link(["in_1", "pi_1"], now=NOW)
        await orders.link(["pi_1", "ch_1"], now=NOW)
        assert await orders.find(["in_1", "pi_1", "ch_1"]) is None

        assert await orders.remember(OURS, ["in_1"], now=NOW) == OURS
        assert await orders.find(["ch_1"]) == OURS


@in_a_loop
async def test_a_link_may_come_after_the_order_is_known(store: Store) -> None:
    """From either side, and twice."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["in_1"], now=NOW)
        for references in (["in_1", "pi_1"], ["ch_1", "pi_1"], ["in_1", "pi_1"]):
            await orders.link(references, now=NOW)

        assert await orders.find(["ch_1"]) == OURS


@pytest.mark.parametrize("references", [["cs_1", "pi_1"], ["pi_1", "cs_1"]])
@in_a_loop
async def test_of_two_orders_that_turn_out_to_be_one_the_first_wins(
    store: Store, references: list[str]
) -> None:
    """Whichever was linked first, and whichever is named first."""
    async with store.orders() as orders:
        await orders.link(["pi_1", "ch_1"], now=NOW)
        await orders.remember(OURS, ["cs_1", "ORD-9"], now=NOW)
        assert await orders.remember(THEIRS, ["pi_1"], now=NOW) == THEIRS

        await orders.link(references, now=NOW)

        for reference in ("cs_1", "ORD-9", "pi_1", "ch_1"):
            assert await orders.find([reference]) == OURS
        assert await orders.remember(THEIRS, ["ch_1"], now=NOW) == OURS


@in_a_loop
async def test_one_order_may_join_several_records(store: Store) -> None:
    """Two links and an order, found to be one by an event that names them all."""
    third = order("in_1")
    async with store.orders() as orders:
        await orders.link(["a", "b"], now=NOW)
        await orders.link(["c", "d"], now=NOW)
        await orders.remember(OURS, ["e", "f"], now=NOW)

        assert await orders.remember(third, ["a", "c", "e", "g"], now=NOW) == OURS
        assert [await orders.find([reference]) for reference in "abcdefg"] == [OURS] * 7


@in_a_loop
async def test_the_surest_reference_that_has_an_order_decides(store: Store) -> None:
    """One that is unknown, or linked without an order, is passed over."""
    async with store.orders() as orders:
        await orders.link(["in_1", "pi_1"], now=NOW)
        await orders.remember(OURS, ["cs_1"], now=NOW)
        await orders.remember(THEIRS, ["cs_2"], now=NOW)

        assert await orders.find(["?", "in_1", "cs_2", "cs_1"]) == THEIRS
        assert await orders.find(["cs_1", "cs_2"]) == OURS


@in_a_loop
async def test_a_blank_reference_joins_nothing(store: Store) -> None:
    """Two orders that both lack an id are two orders."""
    async with store.orders() as orders:
        await orders.remember(OURS, ["cs_1", ""], now=NOW)
        await orders.link(["", "cs_1"], now=NOW)

        assert await orders.remember(THEIRS, ["", "pi_1"], now=NOW) == THEIRS
        assert await orders.remember(THEIRS, [], now=NOW) == THEIRS
        assert await orders.find(["cs_1"]) == OURS


@in_a_loop
async def test_a_reference_named_twice_is_one(store: Store) -> None:
    """An order number may be the transaction id."""
    async with store.orders() as orders:
        await orders.link(["ORD-9", "ORD-9"], now=NOW)
        await orders.remember(OURS, ["ORD-9", "cs_1", "ORD-9"], now=NOW)

        assert await orders.find(["ORD-9", "ORD-9"]) == OURS


@in_a_loop
async def test_orders_outlive_the_process(store: Store) -> None:
    """A restart forgets nothing."""
    async with store.orders() as orders:
        await orders.remember(OURS, ALL, now=NOW)
    async with store.orders() as orders:
        assert await orders.remember(THEIRS, ["pi_1"], now=NOW) == OURS
