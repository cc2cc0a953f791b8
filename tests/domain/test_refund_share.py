"""A refund's part of its order: in whichever parts it is refunded, the sums are the order's."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.money import Money
from shared.domain.refund_share import refund_share
from tests.support.builders import EUR_18
from tests.support.strategies import moneys

THREE_THIRDS = Money("EUR", Decimal(3), Decimal(1), Decimal(1))
PAID = moneys().filter(lambda money: money.total > 0)


def unit(order: Money) -> Decimal:
    """Return one unit of the last decimal an order is written with."""
    return Decimal(1).scaleb(
        min(int(amount.as_tuple().exponent) for amount in amounts(order.total, order))
    )


def amounts(total: Decimal, order: Money) -> tuple[Decimal, Decimal, Decimal]:
    """Return a total and an order's tax and shipping, unknown ones as nothing."""
    return total, order.tax or Decimal(0), order.shipping or Decimal(0)


@st.composite
def split_orders(draw: st.DrawFn) -> tuple[Money, list[Decimal]]:
    """Return an order and parts of its total that sum to it: whole units, some of them nothing."""
    order = draw(PAID)
    units = int(order.total / unit(order))
    cuts = sorted(draw(st.lists(st.integers(0, units), max_size=8)))
    ends = [0, *cuts, units]
    parts = [unit(order) * (b - a) for a, b in pairwise(ends)]
    return order, draw(st.permutations(parts))


def shares(order: Money, parts: Sequence[Decimal]) -> list[Money]:
    """Return the share of each part, one refunded after the other."""
    return [
        refund_share(order, sum(parts[:index], Decimal(0)), part)
        for index, part in enumerate(parts)
    ]


def summed(parts: Sequence[Money]) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Return the sums of total, value, tax and shipping."""
    return (
        sum((part.total for part in parts), Decimal(0)),
        sum((part.net for part in parts), Decimal(0)),
        sum((part.tax or Decimal(0) for part in parts), Decimal(0)),
        sum((part.shipping or Decimal(0) for part in parts), Decimal(0)),
    )


@given(split_orders())
def test_refunds_of_the_whole_order_sum_to_it(case: tuple[Money, list[Decimal]]) -> None:
    """Total, value, tax and shipping, each to the last unit."""
    order, parts = case

    assert summed([order]) == summed(shares(order, parts))


@given(split_orders())
def test_no_part_of_a_share_is_negative(case: tuple[Money, list[Decimal]]) -> None:
    """GA4 knows no negative refund, and no negative tax."""
    order, parts = case

    assert [
        share for share in shares(order, parts) if min(share.net, *amounts(share.total, share)) < 0
    ] == []


@given(split_orders())
def test_a_share_is_in_proportion(case: tuple[Money, list[Decimal]]) -> None:
    """Value to a unit; tax and shipping, which are rounded inside the rest, to two."""
    order, parts = case
    for share in shares(order, parts):
        ratio = share.total / order.total
        for part, whole, bound in zip(
            (share.net, *amounts(share.total, share)[1:]),
            (order.net, *amounts(order.total, order)[1:]),
            (1, 2, 2),
            strict=True,
        ):
            # The last digits of a ratio are lost: a millionth of a unit.
            assert abs(part - whole * ratio) <= unit(order) * (bound + Decimal("1e-6"))


@given(split_orders())
def test_a_share_is_written_in_the_orders_own_units(case: tuple[Money, list[Decimal]]) -> None:
    """No yen is divided."""
    order, parts = case
    for share in shares(order, parts):
        assert all(amount % unit(order) == 0 for amount in amounts(share.total, share))


@given(moneys())
def test_one_full_refund_is_the_purchase(order: Money) -> None:
    """An unknown tax stays unknown."""
    assert order == refund_share(order, Decimal(0), order.total)


@given(split_orders(), PAID)
def test_beyond_the_order_all_is_value(case: tuple[Money, list[Decimal]], excess: Money) -> None:
    """A refund of goodwill has no tax of the order in it."""
    order, parts = case
    *_, last = shares(order, [*parts[:-1], parts[-1] + excess.total])
    *_, exact = shares(order, parts)

    assert (exact.tax, exact.shipping) == (last.tax, last.shipping)
    assert last.net == exact.net + excess.total
    after = refund_share(order, order.total + excess.total, Decimal(5))
    assert after.net == Decimal(5)


@given(PAID, st.lists(st.decimals(0, 10**9, places=6), min_size=1, max_size=6))
def test_amounts_finer_than_the_orders_decimals_cost_value_less_than_a_unit(
    order: Money, parts: list[Decimal]
) -> None:
    """The sums hold all the same, and neither tax nor shipping is ever negative."""
    rest = max(order.total - sum(parts, Decimal(0)), Decimal(0))
    split = shares(order, [*parts, rest])

    assert summed([order])[2:] == summed(split)[2:]
    for share in split:
        assert min(amounts(share.total, share)[1:]) >= 0
        assert share.net > -unit(order)


@pytest.mark.parametrize(
    ("order", "parts", "expected"),
    [
        pytest.param(
            EUR_18,
            ["13.80", "13.80"],
            [("9.00", "2.30", "2.50"), ("9.00", "2.30", "2.50")],
            id="two halves",
        ),
        pytest.param(
            THREE_THIRDS,
            ["1", "1", "1"],
            [("0", "0", "1"), ("1", "0", "0"), ("0", "1", "0")],
            id="thirds of thirds",
        ),
        pytest.param(
            Money("JPY", Decimal(1100), Decimal(100)),
            ["500", "600"],
            [("455", "45", None), ("545", "55", None)],
            id="yen, no shipping known",
        ),
        pytest.param(
            Money("EUR", Decimal("10.00")),
            ["3.33", "6.67"],
            [("3.33", None, None), ("6.67", None, None)],
            id="nothing known but the total",
        ),
        pytest.param(
            Money("KWD", Decimal("10.000"), Decimal("0.001")),
            ["5.000", "5.000"],
            [("5.000", "0.000", None), ("4.999", "0.001", None)],
            id="a part that cannot be halved",
        ),
        pytest.param(
            Money("EUR", Decimal("5.00"), Decimal(0), Decimal("5.00")),
            ["1.00", "4.00"],
            [("0", "0", "1.00"), ("0", "0", "4.00")],
            id="shipping alone",
        ),
    ],
)
def test_examples(
    order: Money, parts: list[str], expected: list[tuple[str, str | None, str | None]]
) -> None:
    """Value, tax and shipping of each refund, one after the other."""
    assert [tuple(None if text is None else Decimal(text) for text in row) for row in expected] == [
        (share.net, share.tax, share.shipping) for share in shares(order, [*map(Decimal, parts)])
    ]


def test_an_order_of_nothing_has_nothing_to_split() -> None:
    """What went back is value."""
    free = Money("EUR", Decimal(0), Decimal(0), Decimal(0))

    assert Money("EUR", Decimal(5), Decimal(0), Decimal(0)) == refund_share(
        free, Decimal(0), Decimal(5)
    )
