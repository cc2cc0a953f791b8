"""Planning a day: which stories are played, and when."""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tools.demo.announcers import ANNOUNCERS
from tools.demo.stories import anywhere, orders, returns, subscriptions
from tools.demo.stories.anywhere import AnywhereTelling
from tools.demo.story import Chain, Day, Hour, Phase, Story, Telling
from tools.traffic.bill import CURRENCIES
from tools.traffic.books import Books
from tools.traffic.customers import Customers
from tools.traffic.sales import Shape

PROVIDERS: Final = ("stripe", *(each.name for each in ANNOUNCERS))
"""The providers that a shop's day has."""

_OUTAGE_ORDERS: Final = 9
_OUTAGE_ORDERS_ELSEWHERE: Final = 2
_OUTAGE_REFUNDS: Final = 2
_TESTS_EVERY: Final = 4

_FAULTS: Final[dict[Hour, dict[str, Any]]] = {
    Hour.MORNING: {},
    Hour.OUTAGE: {"status": 503},
    Hour.LOST: {"drop_after_read": True, "every": 4},
    Hour.EVENING: {},
}


class Plan:
    """A day in the making."""

    def __init__(self, seed: int, *, now: int, providers: Collection[str] = PROVIDERS) -> None:
        """Begin an empty day.

        Args:
            seed: Another seed is another day.
            now: The present moment in Unix seconds.
            providers: What the shop is paid with; Stripe always.
        """
        self._others = [each for each in ANNOUNCERS if each.name in providers]
        self._kinds = [
            *_FIRST,
            *(kind for first in _ANYWHERE_FIRST for kind in self._kinds_of(first)),
            *_KINDS,
            *(kind for each in _ANYWHERE for kind in self._kinds_of(each)),
        ]
        self._customers = Customers(seed, now=now)
        self._chance = random.Random(seed)  # noqa: S311 - a reproducible day, not a secret
        self._chains: dict[Hour, list[Chain]] = {hour: [] for hour in Hour}
        self._stories: list[Story] = []
        self._deliveries = 0
        self._told = 0

    def fill(self, deliveries: int) -> Day:
        """Fill the day with stories until it has so many deliveries.

        Every story is played once, the most important first, as far as there is room.
        """
        elsewhere: list[Telling] = [
            partial(anywhere.paid, by) for by in self._others * _OUTAGE_ORDERS_ELSEWHERE
        ]
        for tell in [*[orders.paid] * (_OUTAGE_ORDERS - len(elsewhere)), *elsewhere]:
            self._add(self._made(tell), Hour.OUTAGE)
        self._add(self._made(orders.copied_at_once), Hour.OUTAGE)
        for kind in self._kinds:
            self._fit(self._made(kind.tell), kind.hour, deliveries)
        for tell in [returns.refunded_in_outage] * _OUTAGE_REFUNDS:
            self._fit(self._made(tell), Hour.MORNING, deliveries)
        weights = [kind.weight for kind in self._kinds]
        while self._deliveries < deliveries:
            kind = self._chance.choices(self._kinds, weights)[0]
            hour = self._chance.choice([Hour.MORNING, Hour.MORNING, Hour.LOST])
            self._fit(self._made(kind.tell), hour, deliveries)
        phases = tuple(
            Phase(hour.value, _FAULTS[hour], tuple(chains), is_outage=hour is Hour.OUTAGE)
            for hour, chains in self._chains.items()
        )
        streams = {
            name: _books(story for story in self._stories if story.stream == name)
            for name in ("live", "test")
        }
        providers = {
            name: _books(story for story in self._stories if story.provider == name)
            for name in ("stripe", *(by.name for by in self._others))
        }
        return Day(phases, _books(self._stories), streams, providers)

    def _kinds_of(self, each: "_Anywhere") -> list["_Kind"]:
        return [_Kind(partial(each.tell, by), each.weight, each.hour) for by in self._others]

    def _made(self, tell: Telling) -> Story:
        """Play a story; every fourth is of the shop's test mode."""
        self._told += 1
        story = tell(self._customers, self._chance)
        return story if self._told % _TESTS_EVERY == 0 else story.live

    def _fit(self, story: Story, hour: Hour, deliveries: int) -> None:
        """Add a story unless the day would become too long by it."""
        if self._deliveries + story.deliveries <= deliveries:
            self._add(story, hour)

    def _add(self, story: Story, hour: Hour) -> None:
        for at, chain in story.chains:
            self._chains[at or hour].append(chain)
        self._deliveries += story.deliveries
        self._stories.append(story)


def _books(stories: Iterable[Story]) -> Books:
    every = list(stories)
    return Books.of(
        (sale for story in every for sale in story.sales),
        (refund for story in every for refund in story.refunds),
        (sale for story in every for sale in story.denied),
    )


@dataclass(frozen=True)
class _Kind:
    """A kind of story.

    Attributes:
        tell: Tells one.
        weight: How often, compared with the others.
        hour: When the first of them begins.
    """

    tell: Telling
    weight: int = 1
    hour: Hour = Hour.MORNING


@dataclass(frozen=True)
class _Anywhere:
    """A kind of story that is played once for each provider beside Stripe. Else as `_Kind`."""

    tell: AnywhereTelling
    weight: int = 1
    hour: Hour = Hour.MORNING


_FIRST: Final = (
    _Kind(orders.paid, weight=12),
    _Kind(orders.echoed, weight=4),
    _Kind(orders.invoiced, weight=2),
    _Kind(orders.repeated, weight=3),
    _Kind(orders.copied_at_once, weight=2),
    _Kind(orders.twins),
    _Kind(orders.paid_later, weight=2),
    _Kind(orders.paid_later_reordered),
    _Kind(orders.never_paid),
    _Kind(orders.free),
    _Kind(orders.forged),
    _Kind(orders.stale),
    _Kind(returns.refunded, weight=2, hour=Hour.LOST),
    _Kind(returns.refunded_first, weight=2),
    _Kind(subscriptions.trial_begun(Shape.SINCE_BASIL)),
)
_ANYWHERE_FIRST: Final = (_Anywhere(anywhere.refunded_first),)
_KINDS: Final = (
    _Kind(subscriptions.renewed(Shape.SINCE_BASIL)),
    _Kind(subscriptions.renewed(Shape.BEFORE_BASIL)),
    *(
        _Kind(returns.refunded_in_parts(currency), hour=hour)
        for currency, hour in zip(CURRENCIES, (Hour.MORNING, Hour.LOST, Hour.MORNING), strict=True)
    ),
    _Kind(returns.dispute_lost),
    _Kind(subscriptions.subscribed(Shape.SINCE_BASIL)),
    _Kind(subscriptions.subscribed(Shape.BEFORE_BASIL), hour=Hour.LOST),
    _Kind(subscriptions.renewal_lost(Shape.SINCE_BASIL)),
    _Kind(subscriptions.renewal_lost(Shape.BEFORE_BASIL)),
    _Kind(returns.refunded_later),
    _Kind(returns.refund_failed),
    _Kind(returns.dispute_won),
    _Kind(orders.forged_refund),
    _Kind(subscriptions.trial_begun(Shape.BEFORE_BASIL)),
)
_ANYWHERE: Final = (
    _Anywhere(anywhere.renewed),
    _Anywhere(anywhere.denied),
    _Anywhere(anywhere.copied_at_once, hour=Hour.LOST),
    _Anywhere(anywhere.echoed),
    _Anywhere(anywhere.repeated),
    _Anywhere(anywhere.forged),
    _Anywhere(anywhere.paid, weight=2),
)
