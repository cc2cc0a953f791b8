"""Stories that happen with any provider, by the events that it has for them."""

import random
from collections.abc import Callable

from tools.changed import replace
from tools.demo.announcers.announcer import Announcer, Step
from tools.demo.stories.orders import CONCURRENT_COPIES
from tools.demo.story import Delivery, Hour, Manner, Story
from tools.traffic.customers import Customers
from tools.traffic.refunds import parts_of, refunds_of
from tools.traffic.sales import Order

AnywhereTelling = Callable[[Announcer, Customers, random.Random], Story]
"""Makes a story about a customer who pays with a provider."""


def paid(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """An order is paid."""
    story = _sold(by, order := by.order(customers, chance))
    story.deliver(by.paid(order, Step.ORDER))
    return story


def echoed(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """Another event about the order is no money, and may come first."""
    story = _sold(by, order := by.order(customers, chance))
    events = [by.paid(order, Step.ORDER), by.echo(order)]
    chance.shuffle(events)
    story.deliver(*events)
    return story


def repeated(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """The provider delivers an event again, hours later, although it was answered."""
    story = _sold(by, order := by.order(customers, chance))
    story.deliver(by.paid(order, Step.ORDER))
    story.deliver(by.paid(order, Step.ORDER), at=Hour.EVENING)
    return story


def copied_at_once(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """Duplicates of one event arrive at the same moment."""
    story = _sold(by, order := by.order(customers, chance))
    story.deliver(Delivery(by.paid(order, Step.ORDER), copies=CONCURRENT_COPIES))
    return story


def refunded_first(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """A refund arrives before its purchase. Where a part can go back, the rest follows."""
    story = _sold(by, order := by.order(customers, chance))
    amounts = parts_of(order, 2, chance) if by.has_parts else [order.total]
    story.refunds += refunds_of(order, amounts)
    first, *rest = map(by.returned, story.refunds)
    story.deliver(Delivery(first, overtaken=(Delivery(by.paid(order, Step.ORDER)),)), *rest)
    return story


def renewed(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """A subscription starts, goes on by itself, and its second payment is given back."""
    start, renewal = by.subscription(customers, chance)
    story = _sold(by, start, renewal)
    story.refunds += refunds_of(renewal, [renewal.total])
    story.deliver(by.paid(start, Step.START))
    story.deliver(by.paid(renewal, Step.RENEWAL), *map(by.returned, story.refunds), at=Hour.EVENING)
    return story


def denied(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """The buyer denied consent: neither the payment nor its refund may reach GA4."""
    order = by.order(customers, chance)
    metadata = {**order.visit.metadata, "ga_consent_analytics": "denied"}
    order = replace(order, visit=replace(order.visit, metadata=metadata))
    story = _sold(by)
    story.denied.append(order)
    (refund,) = refunds_of(order, [order.total])
    story.deliver(by.paid(order, Step.ORDER), by.returned(refund))
    return story


def forged(by: Announcer, customers: Customers, chance: random.Random) -> Story:
    """Somebody invents a paid order."""
    story = _sold(by)
    event = by.paid(by.order(customers, chance), Step.ORDER)
    story.deliver(Delivery(event, Manner.FORGED))
    return story


def _sold(by: Announcer, *orders: Order) -> Story:
    """A story that begins with orders in the books."""
    stream = "test" if by.has_test_mode else "live"
    return Story(sales=list(orders), provider=by.name, stream=stream)
