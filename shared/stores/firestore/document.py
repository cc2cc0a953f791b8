"""Documents as the stores see them: what was read, and what is to become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

LEDGER: Final = "ledger"
ORDERS: Final = "orders"
POINTERS: Final = "order_pointers"
CONTEXTS: Final = "contexts"
COLLECTIONS: Final = (LEDGER, ORDERS, POINTERS, CONTEXTS)
"""Every collection; each document in them has `expires_at`, which the TTL policy goes by."""


class ConflictError(Exception):
    """Somebody else changed a document after it was read: read again. It never leaves a store."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read; or a name of which nothing is known to be there.

    Attributes:
        collection: One of `COLLECTIONS`.
        name: Its id.
        fields: What it holds.
        version: When it was last changed, as Firestore says it; None where there is none.
        created_at: When it was made, by Firestore's clock, which orders all commits.
    """

    collection: str
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    version: datetime | None = None
    created_at: datetime | None = None

    def alive(self, now: datetime) -> bool:
        """Tell whether it is there and has not expired.

        Firestore deletes what has expired within a day or so, and not before it is read.
        """
        return self.version is not None and bool(self.fields["expires_at"] > now)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a document, provided that nobody else has changed it.

    Attributes:
        document: As it was read: absent, it must still be absent.
        fields: What to write over its own; None deletes it.
        whatever: Whether it is written whole, whatever is there.
    """

    document: Document
    fields: Mapping[str, Any] | None
    whatever: bool = False
