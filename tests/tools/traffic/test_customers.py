"""Invented customers are reproducible, varied, and nobody real."""

from decimal import Decimal

from tools.traffic.bill import CURRENCIES
from tools.traffic.customers import Customers
from tools.traffic.sales import Shape

NOW = 1_795_000_000


def test_the_same_seed_is_the_same_day() -> None:
    """A day can be played again, and another one too."""
    first, again, other = (Customers(seed, now=NOW) for seed in (1, 1, 2))
    orders = [first.order() for _ in range(20)]

    assert [again.order() for _ in range(20)] == orders
    assert [other.order() for _ in range(20)] != orders


def test_there_is_one_of_every_kind() -> None:
    """Currencies, ids, visits, taxes, discounts, shipping: all variations occur."""
    customers = Customers(1, now=NOW)
    orders = [customers.order() for _ in range(200)]

    assert {order.currency.code for order in orders} == {"EUR", "JPY", "KWD"}
    assert {frozenset(order.references) for order in orders} == {
        frozenset(),
        frozenset({"order_id"}),
        frozenset({"ga_transaction_id"}),
        frozenset({"order_id", "ga_transaction_id"}),
    }
    visits = {(o.visit.client_id is None, o.visit.session_id is None) for o in orders}
    assert visits == {(True, True), (False, True), (False, False)}
    assert any("ga_cookie" in order.metadata for order in orders)
    assert {order.tax_included for order in orders} == {True, False}
    assert {order.discount > 0 for order in orders} == {True, False}
    assert {order.shipping > 0 for order in orders} == {True, False}
    assert {order.customer is None for order in orders} == {True, False}


def test_orders_cannot_be_confused() -> None:
    """Every order has ids of its own."""
    customers = Customers(1, now=NOW)
    orders = [customers.order() for _ in range(500)]

    assert len({order.transaction_id for order in orders}) == 500
    assert len({order.session for order in orders}) == 500


def test_nobody_real_is_written_to() -> None:
    """All addresses are in the domain that is set aside for examples."""
    customers = Customers(1, now=NOW)

    assert all(customers.order().email.endswith("@example.com") for _ in range(50))


def test_orders_were_placed_in_their_session_just_now() -> None:
    """A session that began after the order, or days before it, could not be joined."""
    customers = Customers(1, now=NOW)
    for order in (customers.order() for _ in range(100)):
        assert NOW - 600 <= order.paid_at < NOW
        if order.visit.session_id is not None:
            assert 0 < order.paid_at - int(order.visit.session_id) < 1_800


def test_a_free_order_costs_nothing() -> None:
    """A discount of everything leaves no money at all."""
    order = Customers(1, now=NOW).free_order()

    assert (order.total, order.tax, order.net) == (0, 0, 0)
    assert order.currency.major(order.total) == Decimal(0)


def test_the_currency_can_be_chosen() -> None:
    """Where each kind of rounding has to occur, chance is not relied upon."""
    customers = Customers(1, now=NOW)

    assert [customers.order(currency).currency for currency in CURRENCIES] == list(CURRENCIES)


def test_subscriptions_vary() -> None:
    """Metadata in both places or in one, any visit, taxes, discounts, currencies."""
    customers = Customers(1, now=NOW)
    found = [customers.subscription(Shape.SINCE_BASIL, periods=1) for _ in range(100)]

    assert {s.is_repeated for s in found} == {True, False}
    assert {s.visit.client_id is None for s in found} == {True, False}
    assert {s.plan.tax_included for s in found} == {True, False}
    assert {s.plan.discount > 0 for s in found} == {True, False}
    assert {s.plan.currency.code for s in found} == {"EUR", "JPY", "KWD"}
    assert len({s.key for s in found}) == 100


def test_the_last_period_has_just_begun() -> None:
    """All payments are within the three days that GA4 looks back."""
    customers = Customers(1, now=NOW)
    found = customers.subscription(Shape.SINCE_BASIL, periods=3, has_trial=True)

    assert NOW - 600 <= found.invoice(2).paid_at < NOW
    assert NOW - 72 * 3_600 < found.started_at < NOW - 48 * 3_600
