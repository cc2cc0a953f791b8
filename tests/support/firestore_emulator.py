"""Google's own Firestore emulator; each test has a project of its own.

It differs from Firestore where it deletes nothing that has expired, knows no indexes and no limits
of writes per second, and asks for no credentials.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from shared.stores.firestore.database import firestore_stores
from tests.support.emulator import emulator

DATABASE: Final = "(default)"
_ADDRESS: Final = "firestore"


@pytest.fixture(scope="session")
def firestore_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the emulator; its `host:port`."""
    with emulator("firestore", factory=tmp_path_factory) as address:
        asyncio.run(_warm(address))
        yield address


async def _warm(address: str) -> None:
    """Read once: an emulator takes seconds over the first call, and tests have deadlines."""
    stores = firestore_stores("shop", DATABASE, address, patience_seconds=60)
    await stores.ledger.find("nothing")
    await stores.close()


def tell_address(address: str, folder: Path) -> None:
    """Let every process that knows a test's folder find the emulator."""
    (folder / _ADDRESS).write_text(address)


def address_and_project(folder: Path) -> tuple[str, str]:
    """Return the emulator's address, and the project of a test's folder."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:20]
    return (folder / _ADDRESS).read_text(), f"shop-{name}"
