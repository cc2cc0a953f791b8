"""The embedded store: local runs, tests, the demo. Safe for several processes."""

from collections.abc import Callable
from datetime import datetime

from shared.stores.sqlite.database import SqliteDatabase
from shared.stores.stores import Stores, utc_now


def sqlite_stores(path: str, *, clock: Callable[[], datetime] = utc_now) -> Stores:
    """Return the stores of one file, over one connection; nothing is opened yet.

    Args:
        path: The file; it is made when absent, its folder is not.
        clock: The current time, UTC: what has expired is not there.
    """
    return Stores(SqliteDatabase(path, clock), clock)
