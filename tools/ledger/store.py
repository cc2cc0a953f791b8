"""The store that a command reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from shared.settings import values
from shared.settings.common import read_store
from shared.stores.ledger import Ledger
from shared.stores.location import SqliteFile, StoreLocation
from shared.stores.stores import Stores
from tools.errors import UsageError
from tools.input_file import is_missing, open_input, unreadable
from tools.loaded_settings import LoadedSettings
from tools.read_option import read_option

_SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store is that a command reads.

    Attributes:
        location: The setting `STORE`, or `--store`.
        firestore_emulator: The setting `FIRESTORE_EMULATOR_HOST`.
    """

    location: StoreLocation
    firestore_emulator: str | None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Ledger]:
        """Open the ledger; closed after the block."""
        async with self.stores() as stores:
            yield stores.ledger

    @asynccontextmanager
    async def stores(self) -> AsyncIterator[Stores]:
        """Open everything that is remembered; closed after the block."""
        stores = self.location.open(self.firestore_emulator)
        try:
            yield stores
        finally:
            await stores.close()


def place_of(store: str | None, settings: LoadedSettings) -> Place:
    """Return where the store is that `--store`, or the setting `STORE`, names.

    Args:
        store: `--store`.
        settings: The settings.

    Raises:
        UsageError: It names none, or no file with a database: reading never makes one.
    """
    if store is not None:
        read_option("--store", store, values.store)
    location, emulator = settings.read(read_store, STORE=store)
    if isinstance(location, SqliteFile):
        option = "--store" if store else f"STORE (settings: {settings.origin})"
        _check_file(location.path, option)
    return Place(location, emulator)


def _check_file(path: str, option: str) -> None:
    if is_missing(path):
        raise UsageError(f"{option}: there is no such file")
    with open_input(path, option) as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            raise unreadable(path, "it is no SQLite database", option)
