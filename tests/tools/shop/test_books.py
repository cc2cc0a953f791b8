"""The shop's books add up."""

from decimal import Decimal

import pytest

from tools.shop.books import Books
from tools.shop.customers import Customers


def test_money_is_summed_by_currency() -> None:
    """Each currency has its sum; no two are ever added."""
    customers = Customers(1, now=1_795_000_000)
    orders = [customers.order() for _ in range(60)]
    sums = Books.of(orders).value_by_currency()

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
