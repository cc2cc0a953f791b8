"""Margin is exact, and of what is known."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.item import Item
from shared.enrichment.cost import Cost, costs_of
from shared.enrichment.margin import margin_of

AMOUNTS = st.decimals(0, 10**12, places=6)
QUANTITIES = st.decimals("0.000000000001", 10**6, places=12)


def item(item_id: str | None, price: str = "1", quantity: str = "1") -> Item:
    """Return an item."""
    return Item(Decimal(price), Decimal(quantity), item_id)


def eur(unit_cost: str) -> tuple[Cost, ...]:
    """Return a cost in euros."""
    return (Cost(Decimal(unit_cost), "EUR"),)


def test_margin_is_price_less_cost_of_every_unit() -> None:
    """Two mugs for nine that cost four each, and a tea for three that costs one."""
    items = [item("mug", "9.00", "2"), item("tea", "3.00")]
    found = margin_of(items, {"mug": eur("4.00"), "tea": eur("1.00")}, "EUR")

    assert (found.revenue, found.cost, found.amount) == (
        Decimal(21),
        Decimal(9),
        Decimal(12),
    )
    assert found.rate == Decimal("0.5714")
    assert found.whole


def test_an_unknown_and_a_foreign_cost_are_counted_and_left_out() -> None:
    """The margin is of the known part, and says so."""
    costs = {"mug": eur("4"), "tea": (Cost(Decimal(1), "USD"),)}
    found = margin_of([item("mug", "9"), item("tea"), item("x"), item(None)], costs, "EUR")

    assert (found.known, found.foreign, found.unknown) == (1, 1, 2)
    assert found.amount == 5
    assert not found.whole


def test_of_several_currencies_the_orders_own_counts() -> None:
    """An item may be bought in dollars and in euros."""
    costs = {"mug": (Cost(Decimal(3), "USD"), *eur("4"))}

    assert margin_of([item("mug", "9")], costs, "EUR").amount == 5


def test_of_no_revenue_there_is_no_rate() -> None:
    """A gift that costs something is a loss, of nothing."""
    found = margin_of([item("mug", "0")], {"mug": eur("4")}, "EUR")

    assert found.amount == -4
    assert found.rate is None


@given(st.lists(st.tuples(AMOUNTS, QUANTITIES, AMOUNTS), max_size=30))
def test_sums_are_exact(lines: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    """As fractions are, whatever the amounts and however many."""
    items = [Item(price, quantity, str(at)) for at, (price, quantity, _) in enumerate(lines)]
    costs = {str(at): (Cost(cost, "EUR"),) for at, (_, _, cost) in enumerate(lines)}
    found = margin_of(items, costs, "EUR")

    exact = sum((Fraction(p) - Fraction(c)) * Fraction(q) for p, q, c in lines)
    assert Fraction(found.amount) == exact
    if found.rate is not None:
        of_revenue = exact / Fraction(found.revenue)
        assert abs(Fraction(found.rate) - of_revenue) <= Fraction(1, 20_000)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"unit_cost": "", "currency": "EUR"},
        {"unit_cost": "-1", "currency": "EUR"},
        {"unit_cost": "NaN", "currency": "EUR"},
        {"unit_cost": "1e99", "currency": "EUR"},
        {"unit_cost": "1,50", "currency": "EUR"},
        {"unit_cost": "1", "currency": ""},
        {"unit_cost": "1", "currency": "XXX"},
    ],
)
def test_a_row_that_cannot_be_read_tells_no_cost(row: dict[str, str]) -> None:
    """A guess would be a guess at money."""
    assert costs_of({"a": (row,)}) == {"a": ()}


def test_a_currency_is_read_in_any_case() -> None:
    """Catalogues are written by hand."""
    assert costs_of({"a": ({"unit_cost": " 1.50 ", "currency": "eur"},)}) == {"a": eur("1.50")}
