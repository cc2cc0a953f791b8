"""What RevenueCat announces: purchases in apps, whose tax is a part of the price."""

from typing import Final

from tools.changed import replace
from tools.demo.announcers.announcer import Announcement, Announcer, Step, announce
from tools.traffic.bill import CURRENCIES
from tools.traffic.refunds import Refund
from tools.traffic.request import Json
from tools.traffic.sales import Order

_KINDS: Final = {
    Step.ORDER: "revenuecat.purchase",
    Step.START: "revenuecat.start",
    Step.RENEWAL: "revenuecat.renewal",
}


def _sold(order: Order, step: Step) -> Order:
    """An order without shipping; an app writes no id of the shop's."""
    payment = f"GPA.{order.key}{'..0' if step is Step.RENEWAL else ''}"
    return replace(order, payment=payment, shipping=0, references={})


def _paid(order: Order, step: Step) -> Announcement:
    return announce(_KINDS[step], order, _event(order, order.total))


def _changed(order: Order) -> Announcement:
    return announce("revenuecat.product_change", order, _event(order, order.total))


def _returned(refund: Refund) -> Announcement:
    order = refund.sale
    assert isinstance(order, Order)  # noqa: S101 - the others are Stripe's
    return announce("revenuecat.refund", order, _event(order, -refund.amount))


def _event(order: Order, amount: int) -> Json:
    own = {
        "transaction_id": order.payment,
        "currency": order.currency.code,
        "price_in_purchased_currency": float(order.currency.major(amount)),
        "tax_percentage": round(order.tax / order.total, 8),
    }
    return {"event": own}


ANNOUNCER: Final = Announcer(
    name="revenuecat",
    currencies=CURRENCIES,
    sold=_sold,
    paid=_paid,
    echo=_changed,
    returned=_returned,
    has_parts=False,
)
