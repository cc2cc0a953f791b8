"""Planning a day: the stories that orders go through, each of which can break a naive webhook."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tools.demo.day import Chain, Day, Delivery, Manner, Phase
from tools.shop import stripe_events as stripe
from tools.shop.books import Books
from tools.shop.customers import Customers
from tools.shop.order import Order

_OUTAGE_ORDERS: Final = 9
_CONCURRENT_COPIES: Final = 3


class _Hour(StrEnum):
    MORNING = "an ordinary morning"
    OUTAGE = "GA4 answers 503"
    LOST = "GA4's answers get lost"
    EVENING = "late money and old news"


_FAULTS: Final[dict[_Hour, dict[str, Any]]] = {
    _Hour.MORNING: {},
    _Hour.OUTAGE: {"status": 503},
    _Hour.LOST: {"drop_after_read": True, "every": 4},
    _Hour.EVENING: {},
}


class Plan:
    """A day in the making."""

    def __init__(self, seed: int, *, now: int) -> None:
        """Begin an empty day.

        Args:
            seed: Another seed is another day.
            now: The present moment in Unix seconds.
        """
        self._customers = Customers(seed, now=now)
        self._chance = random.Random(seed)  # noqa: S311 - a reproducible day, not a secret
        self._paid: list[Order] = []
        self._chains: dict[_Hour, list[Chain]] = {hour: [] for hour in _Hour}
        self._deliveries = 0

    def fill(self, deliveries: int) -> Day:
        """Fill the day with stories until it has so many deliveries."""
        for _ in range(_OUTAGE_ORDERS):
            self.paid(_Hour.OUTAGE)
        self.copied_at_once(_Hour.OUTAGE)
        for story in _STORIES:
            story.tell(self, _Hour.MORNING)
        while (room := deliveries - self._deliveries) > 0:
            fitting = [story for story in _STORIES if story.deliveries <= room]
            story = self._chance.choices(fitting, [story.weight for story in fitting])[0]
            story.tell(self, self._chance.choice([_Hour.MORNING, _Hour.MORNING, _Hour.LOST]))
        phases = tuple(
            Phase(hour.value, _FAULTS[hour], tuple(chains), is_outage=hour is _Hour.OUTAGE)
            for hour, chains in self._chains.items()
        )
        return Day(phases, Books.of(self._paid))

    def paid(self, hour: _Hour) -> None:
        """An order is paid."""
        self._add(hour, Delivery(stripe.checkout_completed(self._paid_order())))

    def echoed(self, hour: _Hour) -> None:
        """Intent and charge tell the same money as the session, in any order."""
        order = self._paid_order()
        events = [
            stripe.checkout_completed(order),
            stripe.payment_intent_succeeded(order),
            stripe.charge_succeeded(order),
        ]
        self._chance.shuffle(events)
        self._add(hour, *map(Delivery, events))

    def invoiced(self, hour: _Hour) -> None:
        """Checkout makes an invoice beside the payment."""
        order = self._paid_order()
        self._add(
            hour,
            Delivery(stripe.invoice_paid(order)),
            Delivery(stripe.checkout_completed(order)),
        )

    def repeated(self, hour: _Hour) -> None:
        """Stripe delivers an event again, hours later, although it was answered."""
        delivery = Delivery(stripe.checkout_completed(self._paid_order()))
        self._add(hour, delivery)
        self._add(_Hour.EVENING, delivery)

    def copied_at_once(self, hour: _Hour) -> None:
        """Copies of one event arrive at the same moment."""
        event = stripe.checkout_completed(self._paid_order())
        self._add(hour, Delivery(event, copies=_CONCURRENT_COPIES))

    def twins(self, hour: _Hour) -> None:
        """Two events with ids of their own tell one change."""
        order = self._paid_order()
        self._add(hour, Delivery(stripe.checkout_completed(order)))
        self._add(hour, Delivery(stripe.checkout_completed(order, copy=1)))

    def paid_later(self, hour: _Hour) -> None:
        """A bank debit: the order now, the money in the evening."""
        order = self._paid_order()
        self._add(hour, Delivery(stripe.checkout_completed(order, paid=False)))
        self._add(_Hour.EVENING, Delivery(stripe.async_payment_succeeded(order)))

    def paid_later_reordered(self, hour: _Hour) -> None:
        """The money is announced before the order."""
        order = self._paid_order()
        self._add(
            hour,
            Delivery(stripe.async_payment_succeeded(order)),
            Delivery(stripe.checkout_completed(order, paid=False)),
        )

    def never_paid(self, hour: _Hour) -> None:
        """A bank debit that fails."""
        order = self._customers.order()
        self._add(hour, Delivery(stripe.checkout_completed(order, paid=False)))
        self._add(_Hour.EVENING, Delivery(stripe.async_payment_failed(order)))

    def free(self, hour: _Hour) -> None:
        """An order that costs nothing."""
        self._add(hour, Delivery(stripe.checkout_completed(self._customers.free_order())))

    def trial(self, hour: _Hour) -> None:
        """A subscription begins with a trial."""
        self._add(hour, Delivery(stripe.trial_started(self._customers.order())))

    def forged(self, hour: _Hour) -> None:
        """Somebody invents a paid order."""
        event = stripe.checkout_completed(self._customers.order())
        self._add(hour, Delivery(event, Manner.FORGED))

    def stale(self, hour: _Hour) -> None:
        """Somebody replays a delivery recorded ten minutes ago."""
        event = stripe.checkout_completed(self._customers.order())
        self._add(hour, Delivery(event, Manner.STALE))

    def _paid_order(self) -> Order:
        order = self._customers.order()
        self._paid.append(order)
        return order

    def _add(self, hour: _Hour, *deliveries: Delivery) -> None:
        self._chains[hour].append(deliveries)
        self._deliveries += sum(delivery.copies for delivery in deliveries)


@dataclass(frozen=True)
class _Story:
    tell: Callable[[Plan, _Hour], None]
    deliveries: int
    weight: int


_STORIES: Final = (
    _Story(Plan.paid, deliveries=1, weight=8),
    _Story(Plan.echoed, deliveries=3, weight=4),
    _Story(Plan.invoiced, deliveries=2, weight=2),
    _Story(Plan.repeated, deliveries=2, weight=3),
    _Story(Plan.copied_at_once, deliveries=_CONCURRENT_COPIES, weight=2),
    _Story(Plan.twins, deliveries=2, weight=1),
    _Story(Plan.paid_later, deliveries=2, weight=2),
    _Story(Plan.paid_later_reordered, deliveries=2, weight=1),
    _Story(Plan.never_paid, deliveries=2, weight=1),
    _Story(Plan.free, deliveries=1, weight=1),
    _Story(Plan.trial, deliveries=1, weight=1),
    _Story(Plan.forged, deliveries=1, weight=1),
    _Story(Plan.stale, deliveries=1, weight=1),
)
