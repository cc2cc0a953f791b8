"""What the ledger keeps of one event: enough to prove what happened, and nobody's data."""

import hashlib
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from shared.domain.consent import Consent
from shared.domain.sink import Receipt, Sink


class State(StrEnum):
    """Where an entry stands."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    """The sink took it; whether GA4 processed it is not known yet."""
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"
    WITHHELD = "withheld"
    REVERSED = "reversed"
    """A refund that failed or came back: GA4 has no event that takes a refund back."""
    IGNORED = "ignored"
    """A delivery that is no event for GA4: a note for people, which decides nothing."""


MAY_HAVE_ARRIVED: Final = frozenset({State.ACCEPTED, State.DELIVERED, State.UNCERTAIN})
"""The states of an event that GA4 has, or may have."""


class LedgerEvent(msgspec.Struct, frozen=True):
    """The event an entry is about.

    Attributes:
        measurement_id: The stream it is for; empty while that is not decided.
        event_name: GA4's name of it.
        business_key: Transaction id, refund id or event id: unique among its name.
        transaction_id: The order, where known.
        currency: ISO 4217, where there is money.
        value: GA4's `value`, major units.
        occurred_at: When it happened, UTC.
        source: Provider, account, event type and event id, for finding it again.
        attribution: How well it is tied to its user.
        consent: What was known of each consent when it was decided about, without its times.
        context_source: Where that came from: `event`, `store`, `event_and_store` or `none`.
        late_hours: Whole hours, where GA4 could no longer accept its time.
        sink: Which API it is sent by.
        mentions: Ids it is about, and so is found by: of the order, its payment and its customer.
            The store keeps them hashed, so an entry that was read has none.
    """

    measurement_id: str
    event_name: str
    business_key: str
    transaction_id: str | None = None
    currency: str | None = None
    value: Decimal | None = None
    occurred_at: datetime | None = None
    source: str = ""
    attribution: str | None = None
    consent: Consent = msgspec.field(default_factory=Consent)
    context_source: str | None = None
    late_hours: int | None = None
    sink: Sink = Sink.MEASUREMENT_PROTOCOL
    mentions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The ledger's key; see `ledger_key`."""
        return ledger_key(self.event_name, self.business_key)


def ledger_key(event_name: str, business_key: str) -> str:
    """Return the ledger's key: a hash, so that no shop's order number becomes a document's name.

    The stream is no part of it: a copy that arrives after the routes changed is a duplicate.

    Args:
        event_name: GA4's name of the event.
        business_key: Unique among its name.
    """
    # Joined by a character that neither can hold.
    return hashlib.sha256(f"{event_name}\0{business_key}".encode()).hexdigest()


class Awaited(msgspec.Struct, frozen=True):
    """How the status of an event that the sink took is followed.

    Attributes:
        accepted_at: When the sink took it, UTC.
        looks: How many times its status was looked up.
        check_at: When to look next, UTC; None where nobody looks any more.
    """

    accepted_at: datetime
    looks: int
    check_at: datetime | None


REVERSED_AFTER_SENDING: Final = "reversed after it was sent: GA4 has the refund"
"""The reason of a reversed entry that GA4 has, since no event takes a refund back."""


class Entry(msgspec.Struct, frozen=True):
    """One line of the ledger.

    Attributes:
        fact: What it is about.
        state: Where it stands.
        reason: Why, where the state has a reason.
        attempt: How many times it was claimed.
        sending: Whether sending had begun, under any holder.
        lease_until: When a claim may be taken over.
        created_at: When it was first claimed or recorded.
        updated_at: When it last changed.
        expires_at: When the store may forget it.
        replay: What is needed to send it again, for rejected, withheld and accepted entries.
        request: In which request the sink took it, where the sink says so.
        awaited: Of such an event: how its status is followed.
    """

    fact: LedgerEvent
    state: State
    reason: str | None
    attempt: int
    sending: bool
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    replay: bytes | None = None
    request: Receipt | None = None
    awaited: Awaited | None = None

    @property
    def sent_at(self) -> datetime:
        """When an event that was sent was sent; its status may have come much later."""
        return self.updated_at if self.awaited is None else self.awaited.accepted_at

    @property
    def is_awaited(self) -> bool:
        """Whether its status will be looked up again."""
        is_open = self.awaited is not None and self.awaited.check_at is not None
        return self.state is State.ACCEPTED and is_open

    @property
    def was_sent(self) -> bool:
        """Whether GA4 has the event, or may have it."""
        reversed_after = self.state is State.REVERSED and self.reason == REVERSED_AFTER_SENDING
        return reversed_after or self.state in MAY_HAVE_ARRIVED
