"""A story: what happens to one customer, and what the shop's books keep of it."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from tools.demo.day import Chain, Delivery
from tools.shop.customers import Customers
from tools.shop.refund import Refund
from tools.shop.sale import Sale
from tools.shop.stripe_event import StripeEvent


class Hour(StrEnum):
    """The parts of the day."""

    MORNING = "an ordinary morning"
    OUTAGE = "GA4 answers 503"
    LOST = "GA4's answers get lost"
    EVENING = "late money and old news"


@dataclass
class Story:
    """One story in the making.

    Attributes:
        chains: What is delivered, and when: None is the hour in which the story begins.
        sales: What was paid.
        refunds: What was given back.
    """

    chains: list[tuple[Hour | None, Chain]] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    def deliver(self, *told: StripeEvent | Delivery, at: Hour | None = None) -> None:
        """Add deliveries that follow one another.

        Args:
            told: What is delivered.
            at: When, if not in the hour in which the story begins.
        """
        chain = (one if isinstance(one, Delivery) else Delivery(one) for one in told)
        self.chains.append((at, tuple(chain)))

    @property
    def deliveries(self) -> int:
        """How many webhooks it has, retries not counted."""
        return sum(delivery.size for _, chain in self.chains for delivery in chain)


Telling = Callable[[Customers, random.Random], Story]
"""Makes a story about a customer."""


def shuffled(events: Iterable[StripeEvent], chance: random.Random) -> list[StripeEvent]:
    """The same events in an order that Stripe may well choose."""
    found = list(events)
    chance.shuffle(found)
    return found
