"""The stores that the contracts bind: each is one row."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from shared.stores.orders import Contexts, Orders
from shared.stores.protocol import Ledger, Stores
from shared.stores.sqlite import sqlite_stores


@dataclass(frozen=True)
class Store:
    """One store, which any number of processes may open.

    Attributes:
        open: Opens it once more.
    """

    open: Callable[[], Stores]

    @asynccontextmanager
    async def stores(self) -> AsyncIterator[Stores]:
        """Open everything and close it."""
        stores = self.open()
        try:
            yield stores
        finally:
            await stores.close()

    @asynccontextmanager
    async def ledger(self) -> AsyncIterator[Ledger]:
        """Open the ledger and close it."""
        async with self.stores() as stores:
            yield stores.ledger

    @asynccontextmanager
    async def orders(self) -> AsyncIterator[Orders]:
        """Open the orders and close them."""
        async with self.stores() as stores:
            yield stores.orders

    @asynccontextmanager
    async def contexts(self) -> AsyncIterator[Contexts]:
        """Open the contexts and close them."""
        async with self.stores() as stores:
            yield stores.contexts


def _sqlite(folder: Path) -> Store:
    path = str(folder / "store.sqlite")
    return Store(lambda: sqlite_stores(path))


STORES: Final = {"sqlite": _sqlite}


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store."""
    name: str = request.param
    return STORES[name](tmp_path)
