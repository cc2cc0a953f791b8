"""Stories of subscriptions, from the sign-up on."""

import random
from typing import Final

from tools.demo.stories.returns import refund_events
from tools.demo.story import Delivery, Hour, Story, Telling, shuffled
from tools.traffic import stripe_events as stripe
from tools.traffic.customers import Customers
from tools.traffic.refunds import Refund, parts_of, refunds_of
from tools.traffic.sales import Invoice, Shape

_TRIAL_AND_RENEWALS: Final = 3


def subscribed(shape: Shape) -> Telling:
    """A subscription is paid from the start.

    Args:
        shape: The shape in which Stripe sends it.
    """

    def tell(customers: Customers, chance: random.Random) -> Story:
        subscription = customers.subscription(shape, periods=1)
        first = subscription.invoice(0)
        story = Story(sales=[first])
        events = shuffled(stripe.invoice_payment_events(first), chance)
        # Only where the invoice repeats the metadata may it come before the session.
        at = chance.randrange(len(events)) if subscription.is_repeated else 0
        events.insert(at, stripe.signed_up(subscription))
        story.deliver(*events, stripe.subscription_created(subscription))
        return story

    return tell


def trial_begun(shape: Shape) -> Telling:
    """A subscription begins with a trial: the invoice is zero.

    Args:
        shape: The shape in which Stripe sends it.
    """

    def tell(customers: Customers, chance: random.Random) -> Story:
        subscription = customers.subscription(shape, periods=1, has_trial=True)
        events = [
            stripe.signed_up(subscription),
            stripe.subscription_created(subscription),
            *stripe.invoice_payment_events(subscription.invoice(0)),
        ]
        story = Story()
        story.deliver(*shuffled(events, chance))
        return story

    return tell


def renewed(shape: Shape) -> Telling:
    """A trial, two renewals, and parts of both payments given stripe.

    Args:
        shape: The shape in which Stripe sends it.
    """

    def tell(customers: Customers, chance: random.Random) -> Story:
        subscription = customers.subscription(shape, periods=_TRIAL_AND_RENEWALS, has_trial=True)
        trial, first, second = map(subscription.invoice, range(_TRIAL_AND_RENEWALS))
        story = Story(sales=[first, second])
        story.deliver(
            stripe.signed_up(subscription),
            stripe.subscription_created(subscription),
            *stripe.invoice_payment_events(trial),
            *_period(first, chance),
        )
        story.refunds += refunds_of(first, parts_of(first, 2, chance))
        whole_of_first = [
            event for refund in story.refunds for event in refund_events(refund, chance)
        ]
        part, *_ = refunds_of(second, parts_of(second, 3, chance))
        story.refunds.append(part)
        story.deliver(
            *whole_of_first,
            *_period(second, chance),
            *refund_events(part, chance),
            at=Hour.EVENING,
        )
        return story

    return tell


def renewal_lost(shape: Shape) -> Telling:
    """A renewal overtaken by its refund; what is left of it is lost in a dispute.

    Args:
        shape: The shape in which Stripe sends it.
    """

    def tell(customers: Customers, chance: random.Random) -> Story:
        subscription = customers.subscription(shape, periods=2)
        renewal = subscription.invoice(1)
        first, rest = parts_of(renewal, 2, chance)
        refund = Refund(renewal, 1, 0, first)
        dispute = Refund(renewal, 2, first, rest, is_dispute=True)
        story = Story(sales=[renewal], refunds=[refund, dispute])
        story.deliver(stripe.signed_up(subscription))
        paid, *others = map(Delivery, stripe.invoice_payment_events(renewal))
        # Since basil the purchase is not enough: somebody has to say what paid the invoice.
        linked = [other for other in others if other.event.type == "invoice_payment.paid"]
        story.deliver(
            Delivery(stripe.refund_created(refund), overtaken=(paid, *linked)),
            *(other for other in others if other not in linked),
            *refund_events(refund, chance),
            stripe.dispute_opened(dispute),
            stripe.dispute_closed(dispute),
            at=Hour.EVENING,
        )
        return story

    return tell


def _period(invoice: Invoice, chance: random.Random) -> list[Delivery]:
    events = [stripe.subscription_renewed(invoice), *stripe.invoice_payment_events(invoice)]
    return list(map(Delivery, shuffled(events, chance)))
