"""What GA4 was sent, and which of it is about an entry of the ledger."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from shared.domain.timestamps import to_unix_micros
from shared.ga4.findings import verdict
from shared.stores.entry import LedgerEvent
from tools.events import CollectedEvent
from tools.page.amount import Amount, amount_in
from tools.page.line import clipped

_MOST: Final = 20_000
_MOST_ALIKE: Final = 50
_ATTRIBUTION: Final = "mp_attribution"


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event of a request to GA4; empty where the body has no such thing.

    Attributes:
        name: GA4's name of it.
        transaction_id: The order.
        amount: Its money, where it has some that can be added up.
        attribution: How well it is tied to its user, where the connectors sent it.
        micros: Its own time, where it has one.
    """

    name: str = ""
    transaction_id: str = ""
    amount: Amount | None = None
    attribution: str = ""
    micros: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One request to GA4.

    Attributes:
        collected: The request.
        events: What is in it.
    """

    collected: CollectedEvent
    events: tuple[SentEvent, ...]

    @property
    def first(self) -> SentEvent:
        """Its first event; an empty one where it has none."""
        return self.events[0] if self.events else SentEvent()

    @property
    def verdict(self) -> str:
        """What GA4 would make of it, in a word."""
        return verdict(self.collected.findings)


class SentRequests:
    """The newest requests to GA4, found by what they are about."""

    def __init__(self, most: int = _MOST) -> None:
        """Remember at most so many."""
        self._most = most
        self._by_fact: OrderedDict[tuple[str, str], deque[Sent]] = OrderedDict()

    def add(self, collected: CollectedEvent) -> Sent:
        """Remember a request, and forget those about what nothing came of for longest."""
        sent = Sent(collected, tuple(_events_in(collected.body)))
        for event in sent.events:
            fact = (event.name, event.transaction_id)
            self._by_fact.setdefault(fact, deque(maxlen=_MOST_ALIKE)).append(sent)
            self._by_fact.move_to_end(fact)
        while len(self._by_fact) > self._most:
            self._by_fact.popitem(last=False)
        return sent

    def clear(self) -> None:
        """Forget all."""
        self._by_fact.clear()

    def newest(self, name: str, transaction_id: str) -> SentEvent | None:
        """Return the event of a name that was sent last about an order; None where none was."""
        alike = self._by_fact.get((name, transaction_id)) if transaction_id else None
        events = reversed(alike[-1].events) if alike else ()
        return next(
            (e for e in events if (e.name, e.transaction_id) == (name, transaction_id)), None
        )

    def about(self, fact: LedgerEvent) -> list[Sent]:
        """Return the requests that sent what an entry is about, oldest first.

        Nothing in a request names the entry. Name and order do, and of several refunds of one
        order, or of leads, also money and time.

        Args:
            fact: What the entry is about.
        """
        alike = self._by_fact.get((fact.event_name, clipped(fact.transaction_id or "")), ())
        found = [(sent, event) for sent in alike for event in sent.events if _is(event, fact)]
        at = None if fact.occurred_at is None else to_unix_micros(fact.occurred_at)
        timed = [(sent, event) for sent, event in found if event.micros == at]
        return [sent for sent, _ in timed or found]


def _is(event: SentEvent, fact: LedgerEvent) -> bool:
    """Whether an event has the money of an entry, as far as both say so."""
    same = (event.name, event.transaction_id)
    if same != (fact.event_name, clipped(fact.transaction_id or "")):
        return False
    if event.amount is None or fact.value is None:
        return True
    return (event.amount.value, event.amount.currency) == (fact.value, fact.currency)


def _events_in(body: bytes) -> Iterator[SentEvent]:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    match document:
        case {"events": list(events)}:
            for event in events:
                match event:
                    case {"name": str(name), "params": dict(params)}:
                        yield _event(name, params, event.get("timestamp_micros"))
                    case {"name": str(name)}:
                        yield _event(name, {}, event.get("timestamp_micros"))


def _event(name: str, params: dict[str, Any], micros: object) -> SentEvent:
    return SentEvent(
        name=clipped(name),
        transaction_id=clipped(str(params.get("transaction_id", ""))),
        amount=amount_in(params),
        attribution=clipped(str(params.get(_ATTRIBUTION, ""))),
        micros=micros if isinstance(micros, int) else None,
    )
