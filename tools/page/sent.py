"""What GA4 was sent, and which of it is about an entry of the ledger."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Final, Self

import msgspec

from shared.domain.timestamps import to_unix_micros
from shared.ga4.findings import Finding, verdict
from shared.stores.entry import LedgerEvent
from tools.arrivals import Arrival, arrivals_in
from tools.events import Collected
from tools.page.amount import Amount, amount_in
from tools.page.line import clipped

MOST_BYTES: Final = 20_000
_MOST: Final = 10_000
_MOST_FINDINGS: Final = 50
_MOST_EVENTS: Final = 25  # GA4 takes no more of a request
_ATTRIBUTION: Final = "mp_attribution"
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event of a request to GA4; empty where the body has no such thing.

    Attributes:
        name: GA4's name of it.
        transaction_id: The order.
        amount: Its money, where it has some that can be added up.
        attribution: How well it is tied to its user, where the connectors sent it.
        micros: Its own time, where it has one.
        client_id: Who it is about: the browser.
        session_id: Likewise, the visit.
        user_id: Likewise, the person, as the shop knows them.
    """

    name: str = ""
    transaction_id: str = ""
    amount: Amount | None = None
    attribution: str = ""
    micros: int | None = None
    client_id: str = ""
    session_id: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request to GA4, as far as a person would read it.

    Attributes:
        received_at: When it came.
        path: Its path.
        measurement_id: Its stream, where it names one.
        request_id: Google's id of the request, where it has one.
        request_index: Which of its events it is.
        forwarded: What the real GA4 answered, where it was passed on.
        body: The beginning of its body; mostly all of it.
        verdict: What GA4 would make of it, in a word.
        findings: Why, the first ones.
        events: What is in it.
    """

    received_at: datetime
    path: str
    measurement_id: str | None
    request_id: str
    request_index: int
    forwarded: Mapping[str, str | int | None] | None
    body: bytes
    verdict: str
    findings: tuple[Finding, ...]
    events: tuple[SentEvent, ...]

    @classmethod
    def of(cls, collected: Collected) -> Self:
        """Return what is kept of a request."""
        return cls(
            received_at=collected.received_at,
            path=collected.path,
            measurement_id=collected.measurement_id and clipped(collected.measurement_id),
            request_id=collected.request_id,
            request_index=collected.request_index,
            forwarded=collected.real,
            body=collected.body[:MOST_BYTES],
            verdict=verdict(collected.findings),
            findings=collected.findings[:_MOST_FINDINGS],
            events=tuple(islice(_events_in(collected), _MOST_EVENTS)),
        )

    @property
    def first(self) -> SentEvent:
        """Its first event; an empty one where it has none."""
        return self.events[0] if self.events else SentEvent()


class SentRequests:
    """The newest requests to GA4, found by what they are about."""

    def __init__(self, most: int = _MOST) -> None:
        """Remember at most so many."""
        self._most = most
        self._all: deque[Sent] = deque()
        self._by_fact: dict[tuple[str, str], deque[Sent]] = {}

    def add(self, collected: Collected) -> Sent:
        """Remember a request, and forget the oldest of too many."""
        sent = Sent.of(collected)
        self._all.append(sent)
        for event in sent.events:
            self._by_fact.setdefault((event.name, event.transaction_id), deque()).append(sent)
        if len(self._all) > self._most:
            for event in self._all.popleft().events:
                fact = (event.name, event.transaction_id)
                alike = self._by_fact[fact]
                alike.popleft()  # the oldest of all is the oldest of its kind
                if not alike:
                    del self._by_fact[fact]
        return sent

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


def _events_in(collected: Collected) -> Iterator[SentEvent]:
    try:
        document = _DECODER.decode(collected.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    yield from map(_event, arrivals_in(document, collected.path))


def _event(arrival: Arrival) -> SentEvent:
    return SentEvent(
        name=clipped(arrival.name),
        transaction_id=clipped(arrival.transaction_id),
        amount=amount_in(arrival.params),
        attribution=clipped(arrival.text(_ATTRIBUTION)),
        micros=arrival.micros,
        client_id=clipped(arrival.client_id),
        session_id=clipped(arrival.text("session_id")),
        user_id=clipped(arrival.user_id),
    )
