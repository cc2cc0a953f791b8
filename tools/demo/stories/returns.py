"""Stories of orders that are given back, whole or in parts, or that the bank takes."""

import random
from typing import Final

from tools.demo.stories.orders import CONCURRENT_COPIES, sold
from tools.demo.story import Delivery, Hour, Story, Telling, shuffled
from tools.traffic import stripe_events as stripe
from tools.traffic.bill import Currency
from tools.traffic.customers import Customers
from tools.traffic.refunds import Refund, leaves_remainder, parts_of, refunds_of
from tools.traffic.sales import Order
from tools.traffic.stripe_events import StripeEvent

_PARTS: Final = 3
# There may be none: of an order of round sums every part may be one, too.
_TRIES: Final = 100


def refund_events(refund: Refund, chance: random.Random) -> list[StripeEvent]:
    """All events about a refund that succeeds at once, in any order."""
    events = [
        stripe.refund_created(refund),
        stripe.refund_updated(refund),
        stripe.charge_refunded(refund),
    ]
    return shuffled(events, chance)


def refunded(customers: Customers, chance: random.Random) -> Story:
    """An order is given back whole."""
    story = sold(order := customers.order())
    story.refunds += refunds_of(order, [order.total])
    story.deliver(stripe.checkout_completed(order), *refund_events(story.refunds[0], chance))
    return story


def refunded_in_parts(currency: Currency) -> Telling:
    """An order is given back bit by bit until nothing is left of it.

    Args:
        currency: What it was paid in: each rounds in its own way.
    """

    def tell(customers: Customers, chance: random.Random) -> Story:
        story = sold(order := customers.order(currency))
        story.refunds += refunds_of(order, _awkward_parts(order, chance))
        bits = [event for refund in story.refunds for event in refund_events(refund, chance)]
        story.deliver(stripe.checkout_completed(order), *bits)
        return story

    return tell


def refunded_first(customers: Customers, chance: random.Random) -> Story:
    """A refund arrives before its purchase, and another one follows."""
    story = sold(order := customers.order())
    story.refunds += refunds_of(order, parts_of(order, 2, chance))
    first, second = story.refunds
    purchase = Delivery(stripe.checkout_completed(order))
    story.deliver(
        Delivery(stripe.refund_created(first), overtaken=(purchase,)),
        stripe.refund_updated(first),
        stripe.refund_created(second),
    )
    return story


def refunded_later(customers: Customers, _: random.Random) -> Story:
    """To a bank account: the refund now, its success in the evening, and that three times."""
    story = sold(order := customers.order())
    story.refunds += refunds_of(order, [order.total])
    (refund,) = story.refunds
    story.deliver(stripe.checkout_completed(order), stripe.refund_created(refund, status="pending"))
    story.deliver(
        Delivery(stripe.refund_updated(refund), copies=CONCURRENT_COPIES),
        at=Hour.EVENING,
    )
    return story


def refunded_in_outage(customers: Customers, _: random.Random) -> Story:
    """GA4 is out of reach when the money goes stripe."""
    story = sold(order := customers.order())
    story.refunds += refunds_of(order, [order.total])
    story.deliver(stripe.checkout_completed(order))
    story.deliver(stripe.refund_created(story.refunds[0]), at=Hour.OUTAGE)
    return story


def refund_failed(customers: Customers, _: random.Random) -> Story:
    """To a bank account that does not exist: no money goes stripe."""
    story = sold(order := customers.order())
    refund = Refund(order, 1, 0, order.total)
    story.deliver(
        stripe.checkout_completed(order),
        stripe.refund_created(refund, status="pending"),
        stripe.refund_updated(refund, status="failed"),
        stripe.refund_failed(refund),
    )
    return story


def dispute_lost(customers: Customers, chance: random.Random) -> Story:
    """Part of an order is given back; the rest the buyer takes by way of the bank."""
    story = sold(order := customers.order())
    first, rest = parts_of(order, 2, chance)
    refund = Refund(order, 1, 0, first)
    dispute = Refund(order, 2, first, rest, is_dispute=True)
    story.refunds += [refund, dispute]
    story.deliver(
        stripe.checkout_completed(order),
        *refund_events(refund, chance),
        stripe.dispute_opened(dispute),
        stripe.dispute_funds_withdrawn(dispute),
        stripe.dispute_closed(dispute),
        stripe.dispute_closed(dispute),
    )
    return story


def dispute_won(customers: Customers, _: random.Random) -> Story:
    """The bank decides for the shop."""
    story = sold(order := customers.order())
    dispute = Refund(order, 1, 0, order.total, is_dispute=True)
    story.deliver(
        stripe.checkout_completed(order),
        stripe.dispute_opened(dispute),
        stripe.dispute_closed(dispute, status="won"),
    )
    return story


def _awkward_parts(order: Order, chance: random.Random) -> list[int]:
    """Parts that are not the order together if each is rounded for itself."""
    for _ in range(_TRIES):
        amounts = parts_of(order, _PARTS, chance)
        if leaves_remainder(order, amounts):
            break
    return amounts
