"""What became of one event, in the words of the answer, the log and the ledger."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Result(StrEnum):
    """How an event ended."""

    DELIVERED = "delivered"
    PUBLISHED = "published"
    STORED = "stored"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    WITHHELD = "withheld"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    REVERSED = "reversed"
    RECONCILED = "reconciled"
    SETTLED = "settled"


class Outcome(msgspec.Struct, frozen=True):
    """What became of one event.

    Attributes:
        result: How it ended.
        reason: Why, in a few words without data.
        name: GA4's name of the event, where it became one.
        transaction_id: The order.
        attribution: How well it is tied to its user; `withheld` where it is not sent.
        context_source: Where that was known from.
        consent: What was known of analytics consent: `granted`, `denied` or `unknown`.
        late_hours: Whole hours, where GA4 could no longer accept its time.
        entry: The ledger's key of it, where the ledger has it.
        stream: Which of several streams it is for, by its name.
        notes: What came with it and could not be believed, and what was fixed, by name.
        retry: Whether the sender should deliver it again: only for an unclear answer of which a
            duplicate does no harm.
        acknowledgement: As `PaymentProvider.acknowledgement`.
        counts: Figures by name, of a run that looks at many events.
    """

    result: Result
    reason: str | None = None
    name: str | None = None
    transaction_id: str | None = None
    attribution: str | None = None
    context_source: str | None = None
    consent: str | None = None
    late_hours: int | None = None
    entry: str | None = None
    stream: str | None = None
    notes: tuple[str, ...] = ()
    retry: bool = False
    acknowledgement: str = ""
    counts: Mapping[str, int] | None = None
