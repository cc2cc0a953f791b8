"""The deployed store: any number of processes, nothing to run."""

from collections.abc import Callable
from datetime import datetime

from shared.stores.firestore.database import FirestoreDatabase
from shared.stores.stores import Stores, utc_now


def firestore_stores(
    project: str,
    database: str,
    emulator: str | None = None,
    *,
    patience_seconds: float = 5.0,
    clock: Callable[[], datetime] = utc_now,
) -> Stores:
    """Return the stores of one database, over one connection; nothing is opened yet.

    Args:
        project: The project's id.
        database: The database's id, in Native mode.
        emulator: `host:port` of Google's emulator.
        patience_seconds: How long one change may take, all its tries together.
        clock: The current time, UTC: what has expired is not there.
    """
    return Stores(FirestoreDatabase(project, database, emulator, patience_seconds), clock)
