"""The embedded store: local runs, tests, the demo. Safe for several processes."""

from shared.stores.protocol import Stores
from shared.stores.sqlite.contexts import SqliteContexts
from shared.stores.sqlite.database import SqliteDatabase
from shared.stores.sqlite.ledger import SqliteLedger
from shared.stores.sqlite.orders import SqliteOrders


def sqlite_stores(path: str) -> Stores:
    """Return the stores of one file, over one connection; nothing is opened yet.

    Args:
        path: The file; it is made when absent, its folder is not.
    """
    database = SqliteDatabase(path)
    return Stores(SqliteLedger(database), SqliteOrders(database), SqliteContexts(database))
