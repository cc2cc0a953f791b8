"""The store that a command reads."""

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from shared.errors import ConnectorError, MisconfiguredError
from shared.settings import values
from shared.stores.location import SqliteFile, StoreLocation
from shared.stores.protocol import Ledger
from tools.errors import FailedError, UsageError
from tools.foreground import run_in_foreground

T = TypeVar("T")

_EXPECTED: Final = "sqlite:PATH or firestore:PROJECT/DATABASE"


def place_of(store: str | None) -> StoreLocation:
    """Return where the store is that `--store`, or the setting STORE, names.

    Args:
        store: `--store`.

    Raises:
        UsageError: It names none, or a file that is not there: reading never makes one.
    """
    told = store or os.environ.get("STORE", "").strip()
    place = values.store(told) if told else None
    if place is None:
        raise UsageError(f"--store (or the setting STORE) takes {_EXPECTED}")
    if isinstance(place, SqliteFile) and not Path(place.path).is_file():
        raise UsageError("--store: there is no such file")
    return place


@asynccontextmanager
async def opened(place: StoreLocation) -> AsyncIterator[Ledger]:
    """Open the ledger of a store; closed after the block.

    Args:
        place: Where it is.
    """
    ledger = place.open(os.environ.get("FIRESTORE_EMULATOR_HOST", "").strip() or None).ledger
    try:
        yield ledger
    finally:
        await ledger.close()


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
    except MisconfiguredError as error:
        raise UsageError(str(error)) from None
    except ConnectorError as error:
        raise FailedError(str(error)) from None
