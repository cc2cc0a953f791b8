"""How one payment stands in the ledger."""

from collections.abc import Container
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from shared.changed import replace
from shared.delivery.refunds import WAIT_FOR_ORDER, WAITS_FOR_PURCHASE
from shared.domain.conversion import Source
from shared.reconciliation.expected import Expectation
from shared.stores.entry import Entry, State


class Status(StrEnum):
    """How it stands, from good to bad."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"
    WITHHELD = "withheld"
    UNVERIFIED = "unverified"
    """The provider's API does not say whether it is right: nothing is claimed."""
    REVERSED = "reversed"
    PENDING = "pending"
    REJECTED = "rejected"
    DIFFERENT = "different"
    MISSING = "missing"
    REPAIRED = "repaired"
    UNMATCHED = "unmatched"
    COUNTED_TWICE = "counted_twice"


_WORDS: Final = {
    State.DELIVERED: Status.DELIVERED,
    State.ACCEPTED: Status.ACCEPTED,
    State.UNCERTAIN: Status.UNCERTAIN,
    State.WITHHELD: Status.WITHHELD,
    State.REVERSED: Status.REVERSED,
    State.CLAIMED: Status.PENDING,
    State.REJECTED: Status.REJECTED,
}


WRONG: Final = frozenset(
    {
        Status.PENDING,
        Status.REJECTED,
        Status.DIFFERENT,
        Status.MISSING,
        Status.UNMATCHED,
        Status.COUNTED_TWICE,
    }
)
"""What a person should look at."""


class Standing(msgspec.Struct, frozen=True):
    """One payment, refund or the like, and what the ledger says of it.

    Attributes:
        word: How it stands.
        key: The ledger's key of it.
        event_name: GA4's name of it.
        transaction_id: The order, where known.
        value: What the entry would send or sent, with its currency.
        occurred_at: RFC 3339.
        source: The provider's type and id of the event.
        reason: Why it stands so, where there is a reason.
    """

    word: Status
    key: str
    event_name: str
    transaction_id: str | None
    value: str | None
    occurred_at: str | None
    source: str
    reason: str | None = None

    @property
    def can_be_repaired(self) -> bool:
        """Whether it may be fed to the pipeline: it never was, or waits in vain for its order."""
        waits = self.word is Status.PENDING and self.reason == WAITS_FOR_PURCHASE
        return self.word is Status.MISSING or waits


def standing(
    expected: Expectation,
    source: Source,
    entry: Entry | None,
    now: datetime,
    snapshots: Container[str] = (),
) -> Standing:
    """Return how an expected entry stands.

    Args:
        expected: What the provider's event should have left behind.
        source: The event.
        entry: What the ledger has under its key.
        now: The current time, UTC.
        snapshots: As of the provider.
    """
    fact = expected.fact
    found = Standing(
        word=_word(entry, now),
        key=fact.key,
        event_name=fact.event_name,
        transaction_id=fact.transaction_id,
        value=_value(fact.value, fact.currency),
        occurred_at=expected.occurred_at.isoformat(),
        source=f"{source.event_type} {source.event_id}",
        reason=entry.reason if entry else None,
    )
    if entry is None or not _differs(expected, source, entry, snapshots):
        return found
    sent = _value(entry.fact.value, entry.fact.currency)
    return replace(found, word=Status.DIFFERENT, reason=f"sent as {sent}")


def _word(entry: Entry | None, now: datetime) -> Status:
    if entry is None:
        return Status.MISSING
    waits = entry.state is State.WITHHELD and entry.reason == WAITS_FOR_PURCHASE
    if waits and now - entry.created_at >= WAIT_FOR_ORDER:
        return Status.PENDING  # the provider did not send it again
    return _WORDS[entry.state]


def _differs(
    expected: Expectation, source: Source, entry: Entry, snapshots: Container[str]
) -> bool:
    """Return whether GA4 got other money than the provider says.

    Another event of the same payment says another amount, an intent the tax of its invoice too.
    Either basis is right: `VALUE_BASIS` may have changed since.
    """
    fact, money = entry.fact, expected.money
    if money is None or fact.value is None or not entry.was_sent:
        return False
    brought = fact.source.split(" ")
    same_kind = source.event_type in brought or (
        source.event_type in snapshots and any(each in snapshots for each in brought)
    )
    return same_kind and not (
        fact.currency == money.currency and fact.value in (money.total, money.net)
    )


def surplus(word: Status, entry: Entry, reason: str) -> Standing:
    """Return the standing of an entry that no payment of its own stands behind.

    Args:
        word: Whether there is none at all, or another entry's.
        entry: What the ledger has.
        reason: What the provider says of its event.
    """
    fact = entry.fact
    return Standing(
        word=word,
        key=fact.key,
        event_name=fact.event_name,
        transaction_id=fact.transaction_id,
        value=_value(fact.value, fact.currency),
        occurred_at=None if fact.occurred_at is None else fact.occurred_at.isoformat(),
        source=fact.source,
        reason=reason,
    )


def _value(value: object, currency: str | None) -> str | None:
    return None if value is None else f"{value} {currency}"
