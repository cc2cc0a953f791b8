"""Stories of orders that are paid once, or never."""

import random
from typing import Final

from tools.demo.story import Delivery, Hour, Manner, Story, shuffled
from tools.traffic import stripe_events as stripe
from tools.traffic.customers import Customers
from tools.traffic.refunds import Refund
from tools.traffic.sales import Order

CONCURRENT_COPIES: Final = 3


def sold(order: Order) -> Story:
    """A story that begins with an order in the books."""
    return Story(sales=[order])


def paid(customers: Customers, _: random.Random) -> Story:
    """An order is paid."""
    story = sold(order := customers.order())
    story.deliver(stripe.checkout_completed(order))
    return story


def echoed(customers: Customers, chance: random.Random) -> Story:
    """Intent and charge have the same money as the session, in any order."""
    story = sold(order := customers.order())
    events = [
        stripe.checkout_completed(order),
        stripe.payment_intent_succeeded(order),
        stripe.charge_succeeded(order),
    ]
    story.deliver(*shuffled(events, chance))
    return story


def invoiced(customers: Customers, _: random.Random) -> Story:
    """Checkout makes an invoice beside the payment."""
    story = sold(order := customers.order())
    story.deliver(stripe.order_invoice_paid(order), stripe.checkout_completed(order))
    return story


def repeated(customers: Customers, _: random.Random) -> Story:
    """Stripe delivers an event again, hours later, although it was answered."""
    story = sold(order := customers.order())
    story.deliver(stripe.checkout_completed(order))
    story.deliver(stripe.checkout_completed(order), at=Hour.EVENING)
    return story


def copied_at_once(customers: Customers, _: random.Random) -> Story:
    """Duplicates of one event arrive at the same moment."""
    story = sold(order := customers.order())
    story.deliver(Delivery(stripe.checkout_completed(order), copies=CONCURRENT_COPIES))
    return story


def twins(customers: Customers, _: random.Random) -> Story:
    """Two events with ids of their own report one change."""
    story = sold(order := customers.order())
    story.deliver(stripe.checkout_completed(order))
    story.deliver(stripe.checkout_completed(order, copy=1))
    return story


def paid_later(customers: Customers, _: random.Random) -> Story:
    """A bank debit: the order now, the money in the evening."""
    story = sold(order := customers.order())
    story.deliver(stripe.checkout_completed(order, paid=False))
    story.deliver(stripe.async_payment_succeeded(order), at=Hour.EVENING)
    return story


def paid_later_reordered(customers: Customers, _: random.Random) -> Story:
    """The money is announced before the order."""
    story = sold(order := customers.order())
    unpaid = stripe.checkout_completed(order, paid=False)
    story.deliver(stripe.async_payment_succeeded(order), unpaid)
    return story


def never_paid(customers: Customers, _: random.Random) -> Story:
    """A bank debit that fails."""
    story, order = Story(), customers.order()
    story.deliver(stripe.checkout_completed(order, paid=False))
    story.deliver(stripe.async_payment_failed(order), at=Hour.EVENING)
    return story


def free(customers: Customers, _: random.Random) -> Story:
    """An order that costs nothing."""
    story = Story()
    story.deliver(stripe.checkout_completed(customers.free_order()))
    return story


def forged(customers: Customers, _: random.Random) -> Story:
    """Somebody invents a paid order."""
    story = Story()
    story.deliver(Delivery(stripe.checkout_completed(customers.order()), Manner.FORGED))
    return story


def forged_refund(customers: Customers, _: random.Random) -> Story:
    """Somebody invents the refund of an order that was paid."""
    story = sold(order := customers.order())
    refund = stripe.refund_created(Refund(order, 1, 0, order.total))
    story.deliver(stripe.checkout_completed(order), Delivery(refund, Manner.FORGED))
    return story


def stale(customers: Customers, _: random.Random) -> Story:
    """Somebody replays a delivery recorded ten minutes ago."""
    story = Story()
    story.deliver(Delivery(stripe.checkout_completed(customers.order()), Manner.STALE))
    return story
