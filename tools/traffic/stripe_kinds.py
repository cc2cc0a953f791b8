"""The kinds of Stripe's deliveries."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from tools.traffic import stripe_events
from tools.traffic.bill import CURRENCIES, Bill, Currency
from tools.traffic.facts import Facts, Kind, Make, Price, decimals
from tools.traffic.refunds import Refund
from tools.traffic.request import Request
from tools.traffic.sales import Order, Shape, Subscription

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


def _subscription(facts: Facts) -> Subscription:
    """A subscription of 10.80 EUR a period, 1.80 of it tax; with a price, of that."""
    usual = Bill(CURRENCIES[0], ((900, 1),), 0, 0, _TAX_RATE, tax_included=False)
    return Subscription(
        plan=usual if facts.price is None else _flat(facts.price),
        has_trial=False,
        started_at=facts.now - 5,
        key=facts.order,
        customer=f"cus_{facts.order}",
        email="buyer@example.com",
        references={"order_id": f"ORDER-{facts.order}"},
        visit=facts.visit,
        is_repeated=True,
        shape=Shape.SINCE_BASIL,
    )


def _flat(price: Price) -> Bill:
    exponent = decimals(price.currency, "stripe")
    currency = Currency(price.currency, exponent=exponent, step=1, unit=1)
    items = ((price.minor("stripe"), 1),)
    return Bill(currency, items, 0, 0, Decimal(0), tax_included=False)


def _checkout(facts: Facts) -> Request:
    return stripe_events.checkout_completed(paid_order(facts)).request


def _refund(facts: Facts) -> Request:
    sale = paid_order(facts)
    return stripe_events.refund_created(Refund(sale, 1, 0, sale.total)).request


def _first_invoice(facts: Facts) -> Request:
    first = _subscription(facts).invoice(0)
    return stripe_events.invoice_payment_events(first)[0].request


def _kind(make: Make, becomes: str, *after: str) -> Kind:
    return Kind("payment_webhook", make, becomes, after)


STRIPE_KINDS: Final[Mapping[str, Kind]] = {
    "stripe.checkout": _kind(_checkout, "purchase, one_time"),
    "stripe.refund": _kind(_refund, "refund", "stripe.checkout"),
    "stripe.subscription": _kind(_first_invoice, "purchase, subscription_start"),
}
"""By name."""
