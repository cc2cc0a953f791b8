"""How an event stands in GA4's export."""

from enum import StrEnum
from typing import Final

import msgspec

from shared.reconciliation.export.event_key import EventKey


class Status(StrEnum):
    """How it stands.

    The first seven add up to what the ledger says was sent. The others say what else there is to
    say of what the export has.
    """

    FOUND = "found"
    ARRIVED = "arrived"
    AWAITED = "awaited"
    UNEXPORTED = "unexported"
    INDISTINGUISHABLE = "indistinguishable"
    MISSING = "missing"
    LOST = "lost"
    MERGED_DUPLICATE = "merged_duplicate"
    SENT_BY_TAG = "sent_by_tag"
    ORPHANED = "orphaned"
    DOUBLED = "doubled"
    DIFFERENT = "different"
    UNEXPECTED = "unexpected"
    UNMATCHED = "unmatched"


WRONG: Final = frozenset(
    {
        Status.MISSING,
        Status.LOST,
        Status.DOUBLED,
        Status.DIFFERENT,
        Status.UNEXPECTED,
        Status.UNMATCHED,
    }
)
"""What a person should look at. An orphan is none of it: some visits are never recorded."""


class Finding(msgspec.Struct, frozen=True):
    """Events under one key that stand alike.

    Attributes:
        word: How they stand.
        key: Which they are.
        count: How many.
        reason: Why, where there is more to say.
    """

    word: Status
    key: EventKey
    count: int
    reason: str | None = None
