"""What a store must do; SQLite and Firestore do it alike, proved by one contract suite."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.orders import Contexts, Orders
from shared.stores.query import Query
from shared.stores.stats import Stats

LEASE: Final = timedelta(seconds=60)
RETENTION: Final = timedelta(days=90)
RELEASED_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one event, for a while.

    Attributes:
        key: The entry.
        holder: Who holds it; a random name, new for every claim.
        attempt: How many times this entry was claimed.
        sending_began: Whether an earlier holder had begun to send and never said that nothing
            was taken.
        sent: Of an `uncertain` entry: what was sent, where the entry kept it.
    """

    key: str
    holder: str
    attempt: int
    sending_began: bool
    sent: bytes | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The event needs nothing more.

    Attributes:
        state: `delivered` or `uncertain`.
    """

    state: State


@dataclass(frozen=True, slots=True)
class InProgress:
    """Somebody else holds the lease.

    Attributes:
        until: When it runs out, UTC.
    """

    until: datetime


class Ledger(Protocol):
    """Remembers which events were sent. Every method is atomic across processes.

    Every method raises `UnavailableError` when the store cannot be reached.
    """

    async def claim(
        self, fact: LedgerEvent, *, now: datetime, resend: bool
    ) -> Lease | Done | InProgress:
        """Ask for the right to send an event.

        Granted when nobody has it, when the holder's lease has run out, and when the entry is
        `rejected` or `withheld`: nothing was sent then, so a corrected delivery may try again.
        An `uncertain` entry is granted only when a duplicate does no harm.

        Args:
            fact: The event.
            now: The current time, UTC.
            resend: Whether a duplicate does no harm.
        """
        ...

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """Put on record that sending begins, before the first byte leaves.

        Raises:
            LeaseLostError: Somebody took the lease over.
        """
        ...

    async def settle(
        self,
        lease: Lease,
        state: State,
        *,
        now: datetime,
        reason: str | None = None,
        replay: bytes | None = None,
    ) -> None:
        """End a claim with what became of the event.

        Raises:
            LeaseLostError: Somebody took the lease over; the entry is theirs.
        """
        ...

    async def release(self, lease: Lease) -> None:
        """Give a claim back: surely nothing was sent.

        The entry is again what it was when nobody had claimed it, or is gone if it never was
        anything else. A lost lease is nothing to release.
        """
        ...

    async def record(  # noqa: PLR0913 - a whole entry
        self,
        fact: LedgerEvent,
        state: State,
        *,
        now: datetime,
        reason: str,
        replay: bytes | None = None,
        references: Sequence[str] = (),
    ) -> None:
        """Write down an event that is not sent, `rejected` or `withheld`.

        An entry that is claimed, delivered or uncertain is left as it is.

        Args:
            fact: The event.
            state: `rejected` or `withheld`.
            now: The current time, UTC.
            reason: Why it is not sent.
            replay: What is needed to send it.
            references: Of an event that waits for its context: what that may come under. They
                are kept hashed, in place of those recorded before.
        """
        ...

    async def reverse(
        self, fact: LedgerEvent, *, now: datetime, reason: str
    ) -> Entry | InProgress | None:
        """Put on record that a refund is none after all; nothing sends it from now on.

        Args:
            fact: The refund.
            now: The current time, UTC.
            reason: Why.

        Returns:
            The entry as it was before, which says whether GA4 has the refund; None where there was
            none; `InProgress` where it is being sent, and nothing was changed.
        """
        ...

    async def find(self, key: str) -> Entry | None:
        """Return the entry of a key, if there is one."""
        ...

    def entries(self, query: Query) -> AsyncIterator[Entry]:
        """Yield the entries a query asks for, those that were made last first.

        A page is held at a time. What is made or settled meanwhile may be there or not; nothing
        comes twice.
        """
        ...

    async def stats(self, since: datetime, until: datetime) -> Stats:
        """Count the events first claimed or recorded from `since` to before `until`, UTC."""
        ...

    async def withheld(self, references: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """Return the `withheld` entries that wait for a context under any of the references.

        What has expired, and what is withheld for another reason, is not among them. The oldest
        comes first; at most `RELEASED_AT_ONCE`.
        """
        ...

    async def close(self) -> None:
        """Let go of the store."""
        ...


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that is remembered, in one store.

    Attributes:
        ledger: Which events were sent.
        orders: What purchases leave behind.
        contexts: Whose they are.
    """

    ledger: Ledger
    orders: Orders
    contexts: Contexts

    async def close(self) -> None:
        """Let go of the store, which the three share."""
        await self.ledger.close()
