"""How the events of a while were attributed, in counts."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from shared.stores.entry import Entry, State

UNKNOWN: Final = "unknown"
NONE: Final = "none"


class Kind(msgspec.Struct, frozen=True):
    """What events are counted by.

    Attributes:
        state: Where the entry stands.
        attribution: How well it is tied to its user; `withheld`, or `none` of what was rejected.
        context_source: Where its context came from; `none` where there was none.
        consent: What was known of analytics consent: `granted`, `denied` or `unknown`.
        late: Whether GA4 could no longer accept its time.
    """

    state: str
    attribution: str
    context_source: str
    consent: str
    late: bool

    @classmethod
    def of(
        cls,
        state: str,
        attribution: str | None,
        context_source: str | None,
        consent: str | None,
        *,
        late: bool,
    ) -> "Kind":
        """Return what an entry counts as, from what the store keeps of it."""
        if attribution is None or state in (State.WITHHELD, State.REJECTED):
            attribution = State.WITHHELD.value if state == State.WITHHELD else NONE
        return cls(state, attribution, context_source or NONE, consent or UNKNOWN, late)

    @classmethod
    def of_entry(cls, entry: Entry) -> "Kind":
        """Return what an entry counts as."""
        fact = entry.fact
        return cls.of(
            entry.state.value,
            fact.attribution,
            fact.context_source,
            fact.consent.analytics and fact.consent.analytics.value,
            late=fact.late_hours is not None,
        )


class Stats(msgspec.Struct, frozen=True):
    """Events of a while, counted.

    Attributes:
        counts: How many there are of each kind.
    """

    counts: Mapping[Kind, int] = msgspec.field(default_factory=dict)

    @property
    def events(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def late(self) -> int:
        """How many GA4 could no longer accept the time of."""
        return sum(count for kind, count in self.counts.items() if kind.late)

    def by(self, attribute: str) -> dict[str, int]:
        """Return counts by one attribute of `Kind`, in the order of its values."""
        found: Counter[str] = Counter()
        for kind, count in self.counts.items():
            found[str(getattr(kind, attribute))] += count
        return dict(sorted(found.items()))
