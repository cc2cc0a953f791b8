"""What Mollie announces: payments with their lines, and what went back of them."""

from typing import Final

from tools.changed import replace
from tools.demo.announcers.announcer import Announcement, Announcer, Step, announce
from tools.traffic.bill import CURRENCIES
from tools.traffic.refunds import Refund
from tools.traffic.request import Json
from tools.traffic.sales import Order

_KINDS: Final = {
    Step.ORDER: "mollie.payment",
    Step.START: "mollie.first",
    Step.RENEWAL: "mollie.recurring",
}


def _sold(order: Order, step: Step) -> Order:
    number = "" if step is Step.ORDER else f"_{step}"
    return replace(order, payment=f"tr_{order.key}{number}")


def _paid(order: Order, step: Step) -> Announcement:
    return announce(_KINDS[step], order, _event(_payment(order)))


def _authorized(order: Order) -> Announcement:
    return announce("mollie.authorized", order, _event(_payment(order)))


def _payment(order: Order) -> Json:
    """A payment's money: tax and shipping stand in its lines alone."""
    of_goods = order.tax - order.shipping_tax
    lines = [_line(order, "physical", order.net, of_goods)]
    if order.shipping:
        lines.append(_line(order, "shipping_fee", order.shipping, order.shipping_tax))
    metadata = {**order.references, **order.visit.metadata}
    return {
        "id": order.payment,
        "amount": _amount(order, order.total),
        "lines": lines,
        "metadata": None if order.is_renewal else metadata,
    }


def _line(order: Order, kind: str, net: int, vat: int) -> Json:
    return {
        "type": kind,
        "description": kind,
        "quantity": 1,
        "totalAmount": _amount(order, net + vat),
        "vatAmount": _amount(order, vat),
    }


def _returned(refund: Refund) -> Announcement:
    order, name = refund.sale, f"re_{refund.sale.key}_{refund.number}"
    assert isinstance(order, Order)  # noqa: S101 - the others are Stripe's
    entity = {"id": name, "paymentId": order.payment, "amount": _amount(order, refund.amount)}
    return announce("mollie.refund", order, _event(entity))


def _event(entity: Json) -> Json:
    name = f"event_{entity['id']}"
    return {"id": name, "entityId": entity["id"], "_embedded": {"entity": entity}}


def _amount(order: Order, minor: int) -> Json:
    return {"value": str(order.currency.major(minor)), "currency": order.currency.code}


ANNOUNCER: Final = Announcer(
    name="mollie",
    currencies=tuple(each for each in CURRENCIES if each.code != "KWD"),  # Mollie knows none
    sold=_sold,
    paid=_paid,
    echo=_authorized,
    returned=_returned,
)
