"""The shop's books add up."""

from decimal import Decimal

import pytest

from tools.traffic.books import Books, by_currency
from tools.traffic.customers import Customers
from tools.traffic.refunds import refunds_of
from tools.traffic.sales import Shape


def test_money_is_summed_by_currency() -> None:
    """Each currency has its sum; no two are ever added."""
    customers = Customers(1, now=1_795_000_000)
    orders = [customers.order() for _ in range(60)]
    sums = by_currency(Books.of(orders).entries.values())

    assert set(sums) == {"EUR", "JPY", "KWD"}
    for code, total in sums.items():
        minor = sum(order.net for order in orders if order.currency.code == code)
        exponent = {"EUR": 2, "JPY": 0, "KWD": 3}[code]
        assert total == Decimal(minor) / 10**exponent


def test_one_id_is_one_order() -> None:
    """Two orders under one id would be one purchase in GA4: no such day is planned."""
    order = Customers(1, now=1_795_000_000).order()

    with pytest.raises(ValueError, match=order.transaction_id):
        Books.of([order, order])


def test_a_refund_is_its_sales() -> None:
    """It has the sale's id, currency and browser, and nobody's session."""
    order = next(o for o in iter(Customers(1, now=1_795_000_000).order, None) if o.session_id)
    (sold,) = Books.of([order]).entries.values()
    (refund,) = Books.of([order], refunds_of(order, [order.total])).refunds

    assert refund.transaction_id == sold.transaction_id
    assert (refund.currency, refund.client_id) == (sold.currency, sold.client_id)
    assert (refund.value, refund.tax, refund.shipping) == (sold.value, sold.tax, sold.shipping)
    assert (sold.session_id is None, refund.session_id) == (False, None)


def test_renewals_are_known() -> None:
    """The first payment is none, after a trial or at the sign-up."""
    customers = Customers(1, now=1_795_000_000)
    trial = customers.subscription(Shape.SINCE_BASIL, periods=3, has_trial=True)
    other = customers.subscription(Shape.SINCE_BASIL, periods=1)
    books = Books.of([trial.invoice(1), trial.invoice(2), other.invoice(0)])

    assert [entry.is_renewal for entry in books.entries.values()] == [False, True, False]
    assert [entry.session_id for entry in books.renewals] == [None]
    assert {entry.client_id for entry in books.renewals} == {trial.visit.client_id}
