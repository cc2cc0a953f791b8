"""What an order or a subscription of one delivery is: usual goods, or one item of another price."""

from decimal import Decimal
from typing import Final

from tools.traffic.bill import CURRENCIES, Bill, Currency
from tools.traffic.facts import Facts, Price, decimals
from tools.traffic.sales import PERIOD_SECONDS, Invoice, Order, Shape, Subscription

_TAX_RATE: Final = Decimal("0.2")


def paid_order(facts: Facts) -> Order:
    """An order of 27.60 EUR: 20.00 of goods, 2.00 off, 4.60 of tax, 5.00 of shipping.

    With a price it is one item of that.
    """
    usual = Bill(CURRENCIES[0], ((1000, 2),), 200, 500, _TAX_RATE, tax_included=False)
    bill = usual if facts.price is None else _flat(facts.price)
    return Order(
        currency=bill.currency,
        items=bill.items,
        discount=bill.discount,
        shipping=bill.shipping,
        tax_rate=bill.tax_rate,
        tax_included=bill.tax_included,
        paid_at=facts.now - 5,
        shape=Shape.SINCE_BASIL,
        key=facts.order,
        customer=f"cus_{facts.order}",
        email="buyer@example.com",
        references={"order_id": f"ORDER-{facts.order}"},
        visit=facts.visit,
    )


def subscription(facts: Facts, *, periods: int = 1, has_trial: bool = False) -> Subscription:
    """A subscription of 10.80 EUR a period, 1.80 of it tax; with a price, of that.

    Args:
        facts: What it is about.
        periods: How many periods began; the last one a moment ago.
        has_trial: Whether the first of them is free.
    """
    usual = Bill(CURRENCIES[0], ((900, 1),), 0, 0, _TAX_RATE, tax_included=False)
    return Subscription(
        plan=usual if facts.price is None else _flat(facts.price),
        has_trial=has_trial,
        started_at=facts.now - 5 - (periods - 1) * PERIOD_SECONDS,
        key=facts.order,
        customer=f"cus_{facts.order}",
        email="buyer@example.com",
        references={"order_id": f"ORDER-{facts.order}"},
        visit=facts.visit,
        is_repeated=True,
        shape=Shape.SINCE_BASIL,
    )


def renewal(facts: Facts) -> Invoice:
    """The invoice of a subscription's second period."""
    return subscription(facts, periods=2).invoice(1)


def _flat(price: Price) -> Bill:
    exponent = decimals(price.currency, "stripe")
    currency = Currency(price.currency, exponent=exponent, step=1, unit=1)
    items = ((price.minor("stripe"), 1),)
    return Bill(currency, items, 0, 0, Decimal(0), tax_included=False)
