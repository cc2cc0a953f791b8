"""The stores that the contracts bind: each is one row."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from shared.stores.contexts import Contexts
from shared.stores.firestore.database import firestore_stores
from shared.stores.ledger import Ledger
from shared.stores.orders import Orders
from shared.stores.sqlite.database import sqlite_stores
from shared.stores.stores import Stores
from tests.support.builders import NOW
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address


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
    return Store(lambda: sqlite_stores(path, clock=lambda: NOW))


def _firestore(folder: Path) -> Store:
    emulator, project = address_and_project(folder)
    # On a busy machine an emulator may take seconds over what Firestore does in milliseconds.
    return Store(
        lambda: firestore_stores(
            project, DATABASE, emulator, patience_seconds=60, clock=lambda: NOW
        )
    )


STORES: Final = {"firestore": _firestore, "sqlite": _sqlite}
"""Name → what makes a store of a folder, in any process; `store_name` prepares the folder."""


@pytest.fixture(params=sorted(STORES))
def store_name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of a store that can be made of `tmp_path`."""
    name: str = request.param
    if name == "firestore":
        tell_address(request.getfixturevalue("firestore_emulator"), tmp_path)
    return name


@pytest.fixture
def store(store_name: str, tmp_path: Path) -> Store:
    """An empty store."""
    return STORES[store_name](tmp_path)
