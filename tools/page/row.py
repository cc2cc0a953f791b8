"""One delivery, as far as its log lines have said what became of it."""

from dataclasses import dataclass, field
from typing import Any, Final

from shared.stores.entry import Entry, State
from tools.page.amount import Amount
from tools.page.line import Line
from tools.page.sent import Sent

ON_ITS_WAY: Final = "on its way"
GA4: Final = "GA4"
_MOST_LINES: Final = 20
_MILLISECONDS: Final = 3


@dataclass(slots=True)
class Row:
    """One delivery, or one request to GA4 of which no delivery is known.

    Attributes:
        id: Which delivery: as on its log lines.
        number: How many rows there were before it.
        at: When it was first heard of, Unix seconds.
        group: What stands together: the order's id, or what else there is.
        request: The line that says how it was answered; None until then.
        events: The lines of what was in it.
        remarks: Its other lines, a secret that could not be read for example.
        source: Provider and its event's id, which each copy has; empty where no event is known.
        order: The order's transaction id; empty where none is known.
        amount: How much, once the ledger or GA4 has said so.
        attribution: How well it is tied to its user, likewise.
        sent: What GA4 was sent, where no delivery is known that it is of.
    """

    id: str
    number: int
    at: float
    group: str
    request: Line | None = None
    events: list[Line] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)
    source: str = ""
    order: str = ""
    amount: Amount | None = None
    attribution: str = ""
    sent: Sent | None = None

    def hear(self, line: Line, at: float) -> None:
        """Take one more of its log lines.

        Args:
            line: The line.
            at: When it was written, Unix seconds.
        """
        if line.source_event and not self.source:
            self.source = f"{line.provider} {line.source_event}"
        if line.event == "request":
            self.request = line
            self.at = at - line.duration_ms / 1000
        elif line.event == "event":
            if len(self.events) < _MOST_LINES:
                self.events.append(line)
            self.order = self.order or line.transaction_id
            self.attribution = self.attribution or line.attribution
        elif len(self.remarks) < _MOST_LINES:
            self.remarks.append(line)

    def settle(self, entry: Entry) -> bool:
        """Take what the ledger has of its first event; return whether that is new."""
        fact, before = entry.fact, (self.amount, self.attribution)
        if fact.value is not None and fact.currency is not None:
            self.amount = Amount(fact.value, fact.currency)
        withheld = entry.state is State.WITHHELD and State.WITHHELD.value
        self.attribution = self.attribution or withheld or fact.attribution or ""
        return before != (self.amount, self.attribution)

    @property
    def first(self) -> Line | None:
        """The line that says most of what it was: its first event's, else how it was answered."""
        return self.events[0] if self.events else self.request

    @property
    def outcome(self) -> str:
        """What became of it, in one word of the answer."""
        if self.sent is not None:
            return self.sent.verdict
        if self.request is not None:
            return self.request.outcome
        return self.events[0].outcome if self.events else ON_ITS_WAY

    @property
    def provider(self) -> str:
        """Who sent it; where that is not known for sure, the function that took it."""
        if self.sent is not None:
            return GA4
        first = self.first
        if first is not None and first.provider and self._capture is None:
            return first.provider
        lines = (self.request, *self.remarks)
        return next((line.function for line in lines if line and line.function), "")

    @property
    def is_authentic(self) -> bool:
        """Whether somebody we know sent it."""
        return self.sent is not None or bool(self.source) or self._capture is not None

    @property
    def entry(self) -> str:
        """The ledger's key of its first event; empty where the ledger has none."""
        return self.events[0].entry if self.events else ""

    def matches(self, *, order: str, provider: str, outcome: str) -> bool:
        """Return whether it is among what somebody looks for.

        Args:
            order: Part of the transaction id or of the provider's event id, in small letters.
            provider: The provider; empty: any.
            outcome: The outcome; empty: any.
        """
        if (provider and provider != self.provider) or (outcome and outcome != self.outcome):
            return False
        return not order or order in self.order.lower() or order in self.source.lower()

    def shown(self) -> dict[str, Any]:
        """The row as the page shows it: JSON's types, texts only."""
        first, request = self.first, self.request
        reason = (first.reason if first else "") or (request.reason if request else "")
        return {
            "id": self.id,
            "number": self.number,
            "at": round(self.at, _MILLISECONDS),
            "group": self.group,
            "provider": self.provider,
            "type": self._type(),
            "name": self._name(),
            "order": self.order,
            "outcome": self.outcome,
            "reason": reason,
            "amount": str(self.amount) if self.amount else "",
            "attribution": self.attribution,
            "status": request.status if request else 0,
            "alike": request.suppressed if request else 0,
        }

    @property
    def _capture(self) -> Line | None:
        """The line of a capture, which may bring events along that waited for it."""
        return next((line for line in self.remarks if line.event == "capture"), None)

    def _type(self) -> str:
        if self.sent is not None:
            return self.sent.first.name or self.sent.path
        if self._capture is not None:
            return f"capture of the {self._capture.caller}"
        return self.first.event_type if self.first else ""

    def _name(self) -> str:
        if self.sent is not None:
            return self.sent.first.name
        return self.events[0].name if self.events else ""
