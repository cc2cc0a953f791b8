"""The store that a command reads."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from shared.errors import ConnectorError, InvalidValueError
from shared.settings import values
from shared.settings.common import read_store
from shared.stores.location import SqliteFile, StoreLocation
from shared.stores.protocol import Ledger
from tools.errors import UsageError, as_command_error
from tools.foreground import run_in_foreground
from tools.loaded_settings import LoadedSettings

T = TypeVar("T")


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
        try:
            values.store(store)
        except InvalidValueError as error:
            raise UsageError(f"--store: {error}") from None
    location, emulator = settings.read(read_store, STORE=store)
    if isinstance(location, SqliteFile) and not Path(location.path).is_file():
        option = "--store" if store else f"STORE (settings: {settings.origin})"
        raise UsageError(f"{option}: there is no such file")
    return Place(location, emulator)


def finished(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a command's work in the foreground.

    Args:
        work: The work; it returns something.

    Returns:
        What it returned.

    Raises:
        UsageError: The settings make no sense.
        FailedError: Something is out of reach.
        StoppedError: Somebody said stop.
    """
    try:
        return run_in_foreground(work())
    except ConnectorError as error:
        raise as_command_error(error) from None
