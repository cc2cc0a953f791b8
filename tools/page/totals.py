"""The whole at a glance: money, outcomes, attribution and consent, counted as it arrives."""

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from shared.stores.entry import Entry, State
from tools.page.amount import Amount, written
from tools.page.line import Line
from tools.page.sent import Sent

PURCHASE: Final = "purchase"
REFUND: Final = "refund"
_MOST_REMEMBERED: Final = 100_000
_SECONDS: Final = 60
_NONE: Final = Decimal(0)


@dataclass(slots=True)
class _Side:
    """Money as one side sees it, by what it is of: the same thing is added once.

    Attributes:
        sums: (currency, `purchase` or `refund`) → how much, and how many.
    """

    sums: dict[tuple[str, str], tuple[Decimal, int]] = field(default_factory=dict)
    _seen: OrderedDict[str, tuple[str, Amount] | None] = field(default_factory=OrderedDict)

    def put(self, key: str, what: tuple[str, Amount] | None) -> None:
        """Say what a thing is worth now; None: nothing. What it was worth before is taken back."""
        before = self._seen.get(key)
        if key in self._seen and before == what:
            return
        self._add(before, -1)
        self._add(what, 1)
        self._seen[key] = what
        if len(self._seen) > _MOST_REMEMBERED:
            self._seen.popitem(last=False)

    def take_back(self, key: str) -> None:
        """Forget a thing, as if it had never been there."""
        self._add(self._seen.pop(key, None), -1)

    def has(self, key: str) -> bool:
        """Whether a thing was there before."""
        return key in self._seen

    def _add(self, what: tuple[str, Amount] | None, sign: int) -> None:
        if what is None:
            return
        name, amount = what
        total, count = self.sums.get((amount.currency, name), (_NONE, 0))
        self.sums[amount.currency, name] = (total + sign * amount.value, count + sign)

    def net(self, currency: str) -> Decimal:
        """Return what was paid in a currency, less what went back."""
        return (
            self.sums.get((currency, PURCHASE), (_NONE, 0))[0]
            - (self.sums.get((currency, REFUND), (_NONE, 0))[0])
        )

    def shown(self, currency: str) -> dict[str, Any]:
        """Return the money of a currency, as JSON."""
        purchases, bought = self.sums.get((currency, PURCHASE), (_NONE, 0))
        refunds, returned = self.sums.get((currency, REFUND), (_NONE, 0))
        return {
            "net": written(purchases - refunds, currency),
            "purchases": written(purchases, currency),
            "refunds": written(refunds, currency),
            "bought": bought,
            "returned": returned,
        }


@dataclass(slots=True)
class Totals:
    """Everything that arrived since the start, or since all was forgotten.

    Attributes:
        deliveries: How many.
        outcomes: Of these, by how they were answered.
        attribution: Events that were decided about, by how well they are tied to their users.
        consent: The same, by what was known of analytics consent.
        verdicts: Requests to GA4, by what GA4 would make of them.
        duplicates: Purchases that GA4 was sent again, and merges.
    """

    deliveries: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    attribution: Counter[str] = field(default_factory=Counter)
    consent: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    _shop: _Side = field(default_factory=_Side)
    _unsent: _Side = field(default_factory=_Side)
    _reversed: _Side = field(default_factory=_Side)
    _ga4: _Side = field(default_factory=_Side)
    _seconds: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=_SECONDS))
    _unnamed: int = 0
    _places: OrderedDict[tuple[str, int], str] = field(default_factory=OrderedDict)

    def answered(self, line: Line, at: float) -> None:
        """Count a delivery, and those alike that have no line of their own."""
        self._arrived(line.outcome, 1 + line.suppressed, at)

    def arrived_alone(self, sent: Sent, at: float) -> None:
        """Count a request to GA4 where no function's log is read."""
        self._arrived(sent.verdict, 1, at)
        if sent.first.attribution:
            self.attribution[sent.first.attribution] += 1

    def _arrived(self, outcome: str, requests: int, at: float) -> None:
        self.deliveries += requests
        self.outcomes[outcome] += requests
        second = int(at)
        if self._seconds and self._seconds[-1][0] == second:
            requests += self._seconds.pop()[1]
        self._seconds.append((second, requests))

    def decided(self, line: Line) -> None:
        """Count an event, unless it is one that was decided about before."""
        if line.consent:
            self.attribution[line.attribution or "none"] += 1
            self.consent[line.consent] += 1

    def settled(self, entry: Entry) -> None:
        """Count the money of an entry, as the shop has it."""
        fact = entry.fact
        if fact.event_name in (PURCHASE, REFUND) and fact.value is not None and fact.currency:
            money, nothing = (fact.event_name, Amount(fact.value, fact.currency)), None
            # What failed to go back is the shop's still, though GA4 may have it.
            is_reversed = entry.state is State.REVERSED
            self._shop.put(fact.key, nothing if is_reversed else money)
            self._unsent.put(fact.key, nothing if is_reversed or entry.was_sent else money)
            self._reversed.put(fact.key, money if is_reversed and entry.was_sent else nothing)
        if entry.state is State.REJECTED and entry.request is not None:
            # Google took it, and said later that it did not process it.
            place = (entry.request.request_id, entry.request.request_index)
            self._ga4.take_back(self._places.pop(place, ""))

    def collected(self, sent: Sent) -> None:
        """Count a request to GA4: of a purchase the first counts, of a refund each."""
        self.verdicts[sent.verdict] += 1
        if sent.verdict == "error":
            return
        for event in sent.events:
            if event.amount is None or event.name not in (PURCHASE, REFUND):
                continue
            self._unnamed += 1
            key = f"#{self._unnamed}"
            if event.name == PURCHASE and event.transaction_id:
                # By stream, as GA4 has it.
                key = f"{sent.measurement_id} {event.transaction_id}"
            self._remember_place(sent, key)
            if self._ga4.has(key):
                self.duplicates += 1
                continue
            self._ga4.put(key, (event.name, event.amount))

    def _remember_place(self, sent: Sent, key: str) -> None:
        """Remember where an event stood, by which Google's word on it is found."""
        if sent.request_id:
            self._places[sent.request_id, sent.request_index] = key
            if len(self._places) > _MOST_REMEMBERED:
                self._places.popitem(last=False)

    def shown(self, now: float) -> dict[str, Any]:
        """Return all of it as JSON.

        Args:
            now: Unix seconds.
        """
        currencies = sorted({currency for currency, _ in (*self._shop.sums, *self._ga4.sums)})
        seconds, last = dict(self._seconds), int(now)
        return {
            "deliveries": self.deliveries,
            "outcomes": dict(self.outcomes.most_common()),
            "attribution": dict(self.attribution.most_common()),
            "consent": dict(self.consent.most_common()),
            "verdicts": dict(self.verdicts.most_common()),
            "duplicates": self.duplicates,
            "money": [self._money(currency) for currency in currencies],
            "rate": [seconds.get(last - back, 0) for back in range(_SECONDS - 1, -1, -1)],
        }

    def _money(self, currency: str) -> dict[str, Any]:
        difference = self._ga4.net(currency) - self._shop.net(currency)
        reasons = {
            "not sent": self._unsent.net(currency),
            "reversed after it was sent": -self._reversed.net(currency),
        }
        return {
            "currency": currency,
            "shop": self._shop.shown(currency),
            "ga4": self._ga4.shown(currency),
            "difference": written(difference, currency) if difference else "",
            "why": ", ".join(f"{written(of, currency)} {why}" for why, of in reasons.items() if of),
        }
