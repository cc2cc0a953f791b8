"""What an order costs: the shop's arithmetic against Stripe's shapes."""

from decimal import Decimal

import pytest

from tools.changed import replace
from tools.traffic.bill import CURRENCIES, Currency
from tools.traffic.books import Entry
from tools.traffic.customers import Customers
from tools.traffic.facts import Facts
from tools.traffic.sales import UNKNOWN
from tools.traffic.stripe_payments import paid_order
from tools.traffic.stripe_sales import order_session

EUR, JPY, KWD = CURRENCIES
EXAMPLE = replace(paid_order(Facts("k" * 23, UNKNOWN, 1_795_000_005)), references={})


def test_the_example_with_tax_on_top() -> None:
    """Two at 10.00, 10 % off, shipping 5.00, 20 % on top: value 18.00."""
    session = order_session(EXAMPLE, payment_status="paid")

    assert session["amount_subtotal"] == 2000
    assert session["amount_total"] == 2760
    assert session["total_details"] == {
        "amount_discount": 200,
        "amount_shipping": 500,
        "amount_tax": 460,
    }
    assert session["shipping_cost"]["amount_total"] == 600
    assert Entry.of(EXAMPLE).value == Decimal("18.00")


def test_the_example_with_tax_included() -> None:
    """The same goods at prices that include the tax: the same total, the same value."""
    session = order_session(replace(EXAMPLE, tax_included=True), payment_status="paid")

    assert session["amount_subtotal"] == 2400
    assert session["amount_total"] == 2760
    assert session["total_details"] == {
        "amount_discount": 240,
        "amount_shipping": 600,
        "amount_tax": 460,
    }
    assert session["shipping_cost"]["amount_tax"] == 100


@pytest.mark.parametrize("seed", range(5))
def test_the_books_agree_with_the_formula(seed: int) -> None:
    """What the shop earned is the total less tax and shipping, order by order."""
    customers = Customers(seed, now=1_795_000_000)
    for order in (customers.order() for _ in range(200)):
        session = order_session(order, payment_status="paid")
        cost = session["shipping_cost"] or {"amount_total": 0, "amount_tax": 0}
        shipping = cost["amount_total"] - cost["amount_tax"]
        tax = session["total_details"]["amount_tax"]
        details = session["total_details"]
        on_top = 0 if order.tax_included else tax

        entry = Entry.of(order)
        assert entry.value == order.currency.major(session["amount_total"] - tax - shipping)
        assert (entry.tax, entry.shipping) == (
            order.currency.major(tax),
            order.currency.major(shipping),
        )
        assert session["amount_total"] == (
            session["amount_subtotal"]
            - details["amount_discount"]
            + details["amount_shipping"]
            + on_top
        )


@pytest.mark.parametrize(("currency", "major"), [(EUR, "12.30"), (JPY, "1230"), (KWD, "1.230")])
def test_minor_units(currency: Currency, major: str) -> None:
    """Each currency has its own number of decimals."""
    assert currency.major(1230) == Decimal(major)


def test_amounts_of_three_decimals_end_in_zero() -> None:
    """Stripe takes no other amounts in such a currency."""
    customers = Customers(1, now=1_795_000_000)
    orders = [order for _ in range(200) if (order := customers.order()).currency is KWD]

    assert orders
    for order in orders:
        amounts = (order.total, order.tax, order.shown_subtotal, order.shown_discount)
        assert [amount % 10 for amount in amounts] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ({"ga_transaction_id": "T-1", "order_id": "ORD-1"}, "T-1"),
        ({"order_id": "ORD-1"}, "ORD-1"),
        ({}, f"pi_3{'k' * 23}"),
    ],
)
def test_the_transaction_id(references: dict[str, str], expected: str) -> None:
    """The id meant for GA4, then the shop's own, then the payment intent's."""
    assert replace(EXAMPLE, references=references).transaction_id == expected
