"""The stores that the contract binds: each is one row."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from shared.stores.protocol import Ledger
from shared.stores.sqlite import SqliteLedger


@dataclass(frozen=True)
class Store:
    """One store, which any number of processes may open.

    Attributes:
        open: Opens it once more.
    """

    open: Callable[[], Ledger]

    @asynccontextmanager
    async def ledger(self) -> AsyncIterator[Ledger]:
        """Open the ledger and close it."""
        ledger = self.open()
        try:
            yield ledger
        finally:
            await ledger.close()


def _sqlite(folder: Path) -> Store:
    path = str(folder / "ledger.sqlite")
    return Store(lambda: SqliteLedger(path))


STORES: Final = {"sqlite": _sqlite}


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store."""
    name: str = request.param
    return STORES[name](tmp_path)
