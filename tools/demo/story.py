"""A shop's day: what is delivered, in which order, and what goes wrong meanwhile."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, Self

from tools.changed import replace
from tools.traffic.books import Books
from tools.traffic.customers import Customers
from tools.traffic.refunds import Refund
from tools.traffic.request import Request
from tools.traffic.sales import Sale
from tools.traffic.stripe_events import StripeEvent


class Event(Protocol):
    """One event of a provider."""

    @property
    def id(self) -> str:
        """What problems name it by."""

    @property
    def type(self) -> str:
        """What happened, by the provider's or our own name."""

    @property
    def request(self) -> Request:
        """Its delivery, not signed yet."""

    @property
    def live(self) -> Self:
        """The same in live mode."""


class Manner(StrEnum):
    """How a delivery is signed."""

    GENUINE = "genuine"
    FORGED = "forged"
    STALE = "stale"


@dataclass(frozen=True)
class Delivery:
    """One event on its way to the webhook.

    Attributes:
        event: The event.
        manner: How it is signed.
        copies: How many times it is sent at the same moment.
        overtaken: What it overtakes: sent, one after another, as soon as this one was answered
            once, whether that is its last answer or not.
    """

    event: Event
    manner: Manner = Manner.GENUINE
    copies: int = 1
    overtaken: tuple["Delivery", ...] = ()

    @property
    def live(self) -> "Delivery":
        """The same in live mode, and also the deliveries that it arrives before."""
        overtaken = tuple(delivery.live for delivery in self.overtaken)
        return replace(self, event=self.event.live, overtaken=overtaken)

    @property
    def size(self) -> int:
        """How many webhooks it is, retries not counted."""
        return self.copies + sum(delivery.size for delivery in self.overtaken)


Chain = tuple[Delivery, ...]
"""Deliveries that follow one another; chains run side by side."""


@dataclass(frozen=True)
class Phase:
    """A part of the day.

    Attributes:
        name: What is special about it.
        fault: What the local GA4 is to do, as `POST /faults` takes it.
        chains: What is delivered.
        is_outage: Whether the fault ends as soon as every chain has been turned away once.
    """

    name: str
    fault: Mapping[str, Any]
    chains: tuple[Chain, ...]
    is_outage: bool = False

    @property
    def deliveries(self) -> int:
        """How many webhooks it has, retries not counted."""
        return sum(delivery.size for chain in self.chains for delivery in chain)


@dataclass(frozen=True)
class Day:
    """A whole day.

    Attributes:
        phases: Its parts, one after another.
        books: What the shop earned.
        streams: The same by the stream that it belongs to.
        providers: The same by the provider it was paid with.
    """

    phases: tuple[Phase, ...]
    books: Books
    streams: Mapping[str, Books]
    providers: Mapping[str, Books]

    @property
    def deliveries(self) -> int:
        """How many webhooks the day has, retries not counted."""
        return sum(phase.deliveries for phase in self.phases)


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
        denied: What was paid by somebody who denied consent: GA4 must not have it.
        provider: The provider that announces it.
        stream: The stream it belongs to: `live`, or `test` for test mode.
    """

    chains: list[tuple[Hour | None, Chain]] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    denied: list[Sale] = field(default_factory=list)
    provider: str = "stripe"
    stream: str = "test"

    @property
    def live(self) -> "Story":
        """The same in live mode."""
        chains = [(at, tuple(delivery.live for delivery in chain)) for at, chain in self.chains]
        return replace(self, chains=chains, stream="live")

    def deliver(self, *steps: Event | Delivery, at: Hour | None = None) -> None:
        """Add deliveries that follow one another.

        Args:
            steps: What is delivered.
            at: When, if not in the hour in which the story begins.
        """
        chain = (one if isinstance(one, Delivery) else Delivery(one) for one in steps)
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
