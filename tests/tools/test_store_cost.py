"""Counting what SQLite is asked for; Firestore's counts are held by `tests/faults/test_cost.py`."""

import asyncio
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from shared.stores.sqlite.database import sqlite_stores
from tools import store_cost


def test_transactions_conflicts_and_waiting_are_counted(tmp_path: Path) -> None:
    """One read that nobody hinders; and one that another process's lock lets wait."""
    path = tmp_path / "store.sqlite"
    found: defaultdict[str, float] = defaultdict(float)

    def count(what: str, more: float) -> None:
        found[what] += more

    async def use() -> list[defaultdict[str, float]]:
        stores, seen = sqlite_stores(str(path)), []
        try:
            await stores.ledger.find("nothing")
            seen.append(found.copy())
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                writing = asyncio.create_task(stores.orders.link(["a", "b"], now=datetime.now(UTC)))
                await asyncio.sleep(0.1)
                other.execute("ROLLBACK")
                await writing
            seen.append(found.copy())
        finally:
            await stores.close()
        return seen

    with store_cost.counted(count):
        free, hindered = asyncio.run(use())

    assert free == {store_cost.ROUND_TRIPS: 1, store_cost.READ: 1}
    assert hindered[store_cost.ROUND_TRIPS] == 3
    assert hindered[store_cost.CONFLICTS] >= 1
    assert hindered[store_cost.WAITED] >= 0.05


def test_nothing_is_counted_once_the_block_ends(tmp_path: Path) -> None:
    """The stores are as they were."""
    found: Counter[str] = Counter()

    def count(what: str, more: float) -> None:
        found[what] += int(more)

    async def use() -> None:
        stores = sqlite_stores(str(tmp_path / "store.sqlite"))
        await stores.ledger.find("nothing")
        await stores.close()

    with store_cost.counted(count):
        pass
    asyncio.run(use())
    assert found == {}
