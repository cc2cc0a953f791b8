"""What PayPal announces: captures of orders, sales of subscriptions, and their refunds."""

from decimal import Decimal
from typing import Final

from tools.changed import replace
from tools.demo.announcers.announcer import Announcement, Announcer, Step, announce
from tools.traffic.bill import CURRENCIES
from tools.traffic.refunds import Refund
from tools.traffic.request import Json
from tools.traffic.sales import UNKNOWN, Order, shops_own_id

_KINDS: Final = {
    Step.ORDER: "paypal.capture",
    Step.START: "paypal.subscription",
    Step.RENEWAL: "paypal.renewal",
}
_NAMES: Final = {Step.ORDER: "CAPTURE", Step.START: "SALE", Step.RENEWAL: "RENEWAL"}


def _sold(order: Order, step: Step) -> Order:
    """An order without tax and shipping: a capture does not say them, PayPal's API would.

    A page's own id is the order's `invoice_id`; `custom_id` is too short for cookies.
    """
    return replace(
        order,
        payment=f"{_NAMES[step]}-{order.key}",
        shipping=0 if step is Step.ORDER else order.shipping,
        tax_rate=Decimal(0) if step is Step.ORDER else order.tax_rate,
        visit=order.visit if "ga_client_id" in order.visit.metadata else UNKNOWN,
    )


def _paid(order: Order, step: Step) -> Announcement:
    resource: Json = {"amount": _amount(order, order.total)}
    if step is Step.ORDER:
        resource["invoice_id"] = shops_own_id(order.references)
    else:
        resource["amount"] = {
            "total": _text(order, order.total),
            "currency": order.currency.code,
            "details": {"subtotal": _text(order, order.net), "tax": _text(order, order.tax)},
        }
    return announce(_KINDS[step], order, {"resource": resource})


def _approved(order: Order) -> Announcement:
    return announce("paypal.approved", order, {})


def _returned(refund: Refund) -> Announcement:
    order, name = refund.sale, f"REFUND-{refund.sale.key}-{refund.number}"
    assert isinstance(order, Order)  # noqa: S101 - the others are Stripe's
    event: Json = {"id": f"WH-{name}", "resource": {"id": name}}
    own = event["resource"]
    if str(order.payment).startswith(_NAMES[Step.ORDER]):
        own["amount"] = _amount(order, refund.amount)
        return announce("paypal.refund", order, event)
    own["amount"] = {
        "total": f"-{_text(order, refund.amount)}",
        "currency": order.currency.code,
    }
    own["sale_id"] = order.payment
    return announce("paypal.sale_refund", order, event)


def _amount(order: Order, minor: int) -> Json:
    return {"value": _text(order, minor), "currency_code": order.currency.code}


def _text(order: Order, minor: int) -> str:
    return str(order.currency.major(minor))


ANNOUNCER: Final = Announcer(
    name="paypal",
    currencies=tuple(each for each in CURRENCIES if each.code != "KWD"),  # PayPal knows none
    sold=_sold,
    paid=_paid,
    echo=_approved,
    returned=_returned,
    has_test_mode=False,
)
