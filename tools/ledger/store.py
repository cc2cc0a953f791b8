"""The store that a command reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.settings import values
from shared.settings.common import read_store
from shared.stores.ledger import Ledger
from shared.stores.location import SqliteFile, StoreLocation
from tools.errors import UsageError
from tools.loaded_settings import LoadedSettings
from tools.read_option import read_option


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
        ledger = self.location.open(self.firestore_emulator).ledger
        try:
            yield ledger
        finally:
            await ledger.close()


def place_of(store: str | None, settings: LoadedSettings) -> Place:
    """Return where the store is that `--store`, or the setting `STORE`, names.

    Args:
        store: `--store`.
        settings: The settings.

    Raises:
        UsageError: It names none, or a file that is not there: reading never makes one.
    """
    if store is not None:
        read_option("--store", store, values.store)
    location, emulator = settings.read(read_store, STORE=store)
    if isinstance(location, SqliteFile) and not Path(location.path).is_file():
        option = "--store" if store else f"STORE (settings: {settings.origin})"
        raise UsageError(f"{option}: there is no such file")
    return Place(location, emulator)
