"""Where the store is, as `STORE` says it, and what opens it there."""

from typing import Protocol

import msgspec

from shared.stores.stores import Stores


class StoreLocation(Protocol):
    """Where a store is."""

    def open(self, firestore_emulator: str | None) -> Stores:
        """Return the stores there; nothing is opened yet.

        Args:
            firestore_emulator: `host:port` of Google's emulator, for Firestore.
        """
        ...


class SqliteFile(msgspec.Struct, frozen=True):
    """`sqlite:PATH`.

    Attributes:
        path: The file.
    """

    path: str

    def open(self, firestore_emulator: str | None) -> Stores:
        """See `StoreLocation.open`."""
        from shared.stores.sqlite.database import sqlite_stores  # noqa: PLC0415 - import cost

        del firestore_emulator
        return sqlite_stores(self.path)


class FirestoreName(msgspec.Struct, frozen=True):
    """`firestore:PROJECT/DATABASE`.

    Attributes:
        project: The project's id.
        database: The database's id.
    """

    project: str
    database: str

    def open(self, firestore_emulator: str | None) -> Stores:
        """See `StoreLocation.open`."""
        from shared.stores.firestore.database import firestore_stores  # noqa: PLC0415 - import cost

        return firestore_stores(self.project, self.database, firestore_emulator)
