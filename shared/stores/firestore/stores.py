"""The deployed store: any number of processes, nothing to run."""

from collections.abc import Callable
from datetime import UTC, datetime

from shared.stores.firestore.contexts import FirestoreContexts
from shared.stores.firestore.database import FirestoreDatabase
from shared.stores.firestore.ledger import FirestoreLedger
from shared.stores.firestore.orders import FirestoreOrders
from shared.stores.protocol import Stores


def firestore_stores(
    project: str,
    database: str,
    emulator: str | None = None,
    *,
    patience_seconds: float = 5.0,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Stores:
    """Return the stores of one database, over one connection; nothing is opened yet.

    Args:
        project: The project's id.
        database: The database's id, in Native mode.
        emulator: `host:port` of Google's emulator.
        patience_seconds: How long one change may take, all its tries together.
        clock: The current time, UTC: what has expired is not there.
    """
    opened = FirestoreDatabase(project, database, emulator, patience_seconds)
    return Stores(
        FirestoreLedger(opened, clock),
        FirestoreOrders(opened, clock),
        FirestoreContexts(opened, clock),
    )
