"""Orders as they lie in Firestore: pointers, one per reference and refund, and what they lead to.

A record names every pointer that leads to it, so a pointer never moves without a change of its
record: on the versions of records alone rests the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.stores.firestore.database import FirestoreDatabase
from shared.stores.firestore.document import ORDERS, POINTERS, Document


@dataclass(frozen=True, slots=True)
class Graph:
    """What was read for some ids.

    Attributes:
        pointers: By name; those that are not there, too.
        records: Those the pointers lead to and that have not expired, by name.
        expired: Those that have.
    """

    pointers: Mapping[str, Document]
    records: Mapping[str, Document]
    expired: tuple[Document, ...]

    def record_of(self, name: str) -> Document | None:
        """Return the record that a pointer leads to, unless it has expired."""
        return self.records.get(_target(self.pointers[name]))

    def order_of(self, names: Sequence[str]) -> Document | None:
        """Return the record of the first pointer that leads to a purchase."""
        for name in names:
            record = self.record_of(name)
            if record is not None and record.fields["purchase"] is not None:
                return record
        return None


async def read_graph(database: FirestoreDatabase, names: Sequence[str], now: datetime) -> Graph:
    """Return what is known of ids: two round trips, one where nothing is.

    Between the two a record may be joined to another: its pointers are then read again, until
    those that lead nowhere are the same twice. Firestore forgets documents one by one, and may
    forget a record before its pointers.
    """
    nowhere: list[Document] = []
    while True:
        pointers = await database.read(POINTERS, names)
        targets = list(dict.fromkeys(_target(known) for known in pointers if known.version))
        found = {record.name: record for record in await database.read(ORDERS, targets)}
        lost = [x for x in pointers if x.version and found[_target(x)].version is None]
        if lost in ([], nowhere):
            break
        nowhere = lost
    there = [record for record in found.values() if record.version is not None]
    return Graph(
        {pointer.name: pointer for pointer in pointers},
        {record.name: record for record in there if record.alive(now)},
        tuple(record for record in there if not record.alive(now)),
    )


def _target(pointer: Document) -> str:
    name: str = pointer.fields.get("record", "")
    return name
