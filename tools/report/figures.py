"""What a ledger says of some days, added up entry by entry; its size does not grow with them."""

from collections import Counter
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import Final, TypeVar

from shared.domain.conversion import Kind
from shared.stores.entry import Entry, State
from shared.stores.retention import KEPT
from shared.stores.stats import Kind as Counted
from tools.report.days import Days
from tools.report.reasons import Reasons

Value = TypeVar("Value")

# A sum of a million amounts of 18 digits, to the last digit.
_EXACT: Final = Context(prec=60)
_BEYOND_MONEY: Final = Decimal(10) ** 18
_MOST_NAMES: Final = 200
OTHER: Final = "(others)"
"""What names are counted under once there are too many."""
UNREADABLE: Final = "unreadable"
"""The event name of what no function could read."""


@dataclass(slots=True)
class Amount:
    """Money of one currency.

    Attributes:
        events: How many events.
        value: Their values, major units.
    """

    events: int = 0
    value: Decimal = Decimal()

    def add(self, value: Decimal, events: int = 1) -> None:
        """Take in an event's value, or the values of several."""
        self.events += events
        self.value = _EXACT.add(self.value, value)


@dataclass(slots=True)
class Flow:
    """What GA4 accepted in one currency.

    Attributes:
        purchases: Of `purchase` events.
        refunds: Of `refund` events; positive.
    """

    purchases: Amount = field(default_factory=Amount)
    refunds: Amount = field(default_factory=Amount)

    @property
    def net(self) -> Decimal:
        """Purchases less refunds."""
        return _EXACT.subtract(self.purchases.value, self.refunds.value)

    def side(self, event_name: str) -> Amount:
        """Return what an event of a name is counted under."""
        return self.purchases if event_name == Kind.PURCHASE else self.refunds


@dataclass(slots=True)
class Day:
    """What was first heard of on one day.

    Attributes:
        states: Events by what became of them.
        attribution: Events that were sent, but for refunds, by how well they are tied.
        consent: Events by analytics consent.
        sent: How many events were sent.
        late: How many of these were sent more than 72 hours after they happened.
        further_claims: How often events were claimed again after the first time.
        money: What GA4 accepted, by currency.
    """

    states: Counter[str] = field(default_factory=Counter)
    attribution: Counter[str] = field(default_factory=Counter)
    consent: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    late: int = 0
    further_claims: int = 0
    money: dict[str, Flow] = field(default_factory=dict)


@dataclass(slots=True)
class Figures:
    """The figures of a report.

    Attributes:
        days: Which days.
        now: The current time, UTC.
        remembered: How long the ledger keeps an entry after its last change.
        by_day: What was first heard of on each day.
        held: Purchases and refunds that are in no sum of `money`, by currency, state and name.
        taken_back: Refunds that GA4 has and that failed afterwards, by currency.
        other_values: Events of other names that carry a value, by name and currency.
        names: Events by name, and of each name by what became of it.
        streams: Events by measurement id.
        without_amount: Purchases and refunds without a usable amount or currency.
        claimed_again: Events that were claimed more than once.
        stuck: Claims that ran out and that nobody took over.
        most_late: The longest delay, whole hours.
        reasons: Why events were not sent, or not surely.
    """

    days: Days
    now: datetime
    remembered: timedelta = KEPT.ledger
    by_day: list[Day] = field(init=False)
    held: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    taken_back: dict[str, Amount] = field(default_factory=dict)
    other_values: dict[tuple[str, str], Amount] = field(default_factory=dict)
    names: dict[str, Counter[str]] = field(default_factory=dict)
    streams: Counter[str] = field(default_factory=Counter)
    without_amount: int = 0
    claimed_again: int = 0
    stuck: int = 0
    most_late: int = 0
    reasons: Reasons = field(default_factory=Reasons)
    _currencies: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make a day for each date."""
        self.by_day = [Day() for _ in self.days]

    def add(self, entry: Entry) -> None:
        """Take in an entry that was first claimed or recorded on one of the days."""
        fact, kind = entry.fact, Counted.of_entry(entry)
        day = self.by_day[(entry.created_at.date() - self.days.first).days]
        day.states[kind.state] += 1
        self.streams[_bounded(self.streams, fact.measurement_id)] += 1
        name = _bounded(self.names, fact.event_name)
        self.names.setdefault(name, Counter())[kind.state] += 1
        if fact.event_name != UNREADABLE:
            day.consent[kind.consent] += 1
        if entry.was_sent:
            day.sent += 1
            if fact.event_name != Kind.REFUND:
                day.attribution[kind.attribution] += 1
            if fact.late_hours is not None:
                day.late += 1
                self.most_late = max(self.most_late, fact.late_hours)
        self.claimed_again += entry.attempt > 1
        day.further_claims += max(entry.attempt - 1, 0)
        if entry.state is State.CLAIMED:
            self.stuck += entry.lease_until is not None and entry.lease_until <= self.now
        self.reasons.add(entry)
        self._add_money(entry, name, day)

    @property
    def events(self) -> int:
        """How many events there are entries of."""
        return sum(self.states.values())

    @property
    def states(self) -> Counter[str]:
        """Events by what became of them."""
        return sum((day.states for day in self.by_day), Counter())

    @property
    def attribution(self) -> Counter[str]:
        """Events that were sent, but for refunds, by how well they are tied."""
        return sum((day.attribution for day in self.by_day), Counter())

    @property
    def consent(self) -> Counter[str]:
        """Events by analytics consent."""
        return sum((day.consent for day in self.by_day), Counter())

    @property
    def sent(self) -> int:
        """How many events were sent."""
        return sum(day.sent for day in self.by_day)

    @property
    def late(self) -> int:
        """How many events were sent more than 72 hours after they happened."""
        return sum(day.late for day in self.by_day)

    @property
    def further_claims(self) -> int:
        """How often events were claimed again after the first time."""
        return sum(day.further_claims for day in self.by_day)

    @property
    def money(self) -> dict[str, Flow]:
        """What GA4 accepted, by currency: the one with the most events first."""
        found: dict[str, Flow] = {}
        for day in self.by_day:
            for currency, flow in day.money.items():
                total = found.setdefault(currency, Flow())
                total.purchases.add(flow.purchases.value, flow.purchases.events)
                total.refunds.add(flow.refunds.value, flow.refunds.events)
        most_first = sorted(
            found.items(),
            key=lambda each: (-each[1].purchases.events - each[1].refunds.events, each[0]),
        )
        return dict(most_first)

    def dated(self) -> Iterator[tuple[date, Day]]:
        """Yield each day with its date."""
        return zip(self.days, self.by_day, strict=True)

    def _add_money(self, entry: Entry, name: str, day: Day) -> None:
        fact = entry.fact
        value, currency = fact.value, fact.currency
        is_money = fact.event_name in (Kind.PURCHASE, Kind.REFUND)
        if value is None or currency is None or not self._usable(value, currency):
            self.without_amount += is_money
            return
        if not is_money:
            if entry.was_sent:
                self.other_values.setdefault((name, currency), Amount()).add(value)
            return
        taken = entry.state in (State.ACCEPTED, State.DELIVERED)
        if taken or (entry.state is State.REVERSED and entry.was_sent):
            day.money.setdefault(currency, Flow()).side(fact.event_name).add(value)
            if entry.state is State.REVERSED:
                self.taken_back.setdefault(currency, Amount()).add(value)
            return
        key = (currency, entry.state.value, fact.event_name)
        self.held.setdefault(key, Amount()).add(value)

    def _usable(self, value: Decimal, currency: str) -> bool:
        """Return whether money can be added up: what a broken record says is no money."""
        if not value.is_finite() or abs(value) >= _BEYOND_MONEY:
            return False
        if currency not in self._currencies and len(self._currencies) >= _MOST_NAMES:
            return False
        self._currencies.add(currency)
        return True


def _bounded(found: MutableMapping[str, Value], name: str) -> str:
    """Return what a name is counted under: itself, unless there are too many names."""
    return name if name in found or len(found) < _MOST_NAMES else OTHER
