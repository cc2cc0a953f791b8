"""What a store holds: documents by name, read together and changed on condition.

Everything a store remembers is a document, in SQLite as in Firestore, so what is remembered and
how it changes is written once (`ledger`, `orders`, `contexts`), and a store is little more than
two operations: read some, change some if nobody else did.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from shared.stores.entry import Entry
from shared.stores.query import Query
from shared.stores.stats import Stats

LEDGER: Final = "ledger"
REFERENCES: Final = "references"
COLLECTIONS: Final = (LEDGER, REFERENCES)
"""Every collection; each document in them has `expires_at`, after which it may be forgotten."""

Name = tuple[str, str]
"""A collection, and a document's id in it."""

Fields = Mapping[str, Any]


class _AtCommit:
    """The type of `AT_COMMIT`."""

    def __repr__(self) -> str:
        """Name it."""
        return "AT_COMMIT"


AT_COMMIT: Final = _AtCommit()
"""Stands in a document for the moment of its commit, by the store's own clock. That clock orders
all commits of all processes; what it says is compared with what it said, and with nothing else."""


class ConflictError(Exception):
    """Somebody else changed a document after it was read: read again. It never leaves a store."""


class Document(msgspec.Struct, frozen=True):
    """A document as it was read; or a name of which nothing is known to be there.

    Attributes:
        collection: One of `COLLECTIONS`.
        name: Its id.
        fields: What it holds.
        version: What tells this state of it from any other; None where there is no document.
    """

    collection: str
    name: str
    fields: Fields = {}
    version: Any = None

    def alive(self, now: datetime) -> bool:
        """Return whether it is there and has not expired; stores forget late what has expired."""
        return self.version is not None and bool(self.fields["expires_at"] > now)


class Change(msgspec.Struct, frozen=True):
    """What is to become of a document, provided that nobody else has changed it.

    Attributes:
        document: As it was read: absent, it must still be absent.
        fields: All it will hold; None deletes it.
    """

    document: Document
    fields: Fields | None


class Database(Protocol):
    """A place for documents. SQLite and Firestore do it alike, proved by one contract suite.

    Every method raises `UnavailableError` when the store cannot be reached.
    """

    @property
    def patience_seconds(self) -> float:
        """How long one change is tried again while others get in between."""
        ...

    async def read(self, names: Sequence[Name]) -> list[Document]:
        """Return documents in the order of their names; those that are not there, too.

        One round trip, whatever their collections.
        """
        ...

    async def commit(self, changes: Sequence[Change]) -> list[Any]:
        """Make all changes or none; return the new version of each document.

        Raises:
            ConflictError: A document is no longer as it was read, or this very commit was made
                before and its answer lost: who reads again sees which.
        """
        ...

    def entries(self, query: Query, *, now: datetime) -> AsyncIterator[Entry]:
        """Yield the entries of the ledger that a query asks for: see `Ledger.entries`."""
        ...

    async def stats(self, since: datetime, until: datetime, *, now: datetime) -> Stats:
        """Count entries of the ledger: see `Ledger.stats`."""
        ...

    async def withheld(self, names: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """Return the entries that wait for a context: see `Ledger.withheld`.

        Args:
            names: References as they are kept: hashed.
            now: The current time, UTC.
        """
        ...

    async def mentioning(self, names: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """Return the entries that are about some ids: see `Ledger.mentioning`.

        Args:
            names: The ids, hashed.
            now: The current time, UTC.
        """
        ...

    async def keeping(
        self, names: Sequence[str], *, now: datetime, most: int
    ) -> Sequence[Document]:
        """Return the entries about some ids that keep what sends them again, or are being sent.

        Those that were made last come first.

        Args:
            names: The ids, hashed.
            now: The current time, UTC.
            most: How many at most.
        """
        ...

    async def due(self, *, now: datetime, most: int) -> Sequence[Document]:
        """Return the entries whose status is to be looked up: see `AcceptedEvents.due`."""
        ...

    async def close(self) -> None:
        """Let go of the store; the next use opens it again."""
        ...
