"""What the SQLite file holds of orders and contexts: how long, and nothing in the clear."""

import sqlite3
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from shared.stores.sqlite.database import sqlite_stores
from tests.stores.orders import order
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop


def rows(path: Path) -> int:
    """Return how many documents of orders and contexts there are."""
    connection = sqlite3.connect(path)
    ((found,),) = connection.execute("SELECT count(*) FROM reference").fetchall()
    connection.close()
    return int(found)


def written(folder: Path) -> bytes:
    """Return every byte of the store, its write-ahead log included."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


@in_a_loop
async def test_what_has_expired_is_forgotten_when_the_file_is_opened(tmp_path: Path) -> None:
    """With an order go its references and refunds; what is left is what was there before."""
    path = tmp_path / "store.sqlite"
    for days, documents in ((0, 6), (461, 6), (800, 6)):
        now = NOW + timedelta(days=days)
        stores = sqlite_stores(str(path), clock=partial(_given, now))
        await stores.orders.remember(order(f"{days}"), [f"pi_{days}", f"cs_{days}"], now=now)
        await stores.orders.assign_refund([f"pi_{days}"], f"re_{days}", Decimal(5), now=now)
        await stores.orders.link([f"in_{days}", f"ch_{days}"], now=now)
        await stores.contexts.put([f"cus_{days}"], IN_SESSION, now=now)
        await stores.close()
        assert rows(path) == documents * (2 if days == 800 else 1)


@pytest.mark.parametrize("touch", ["nothing", "remember", "link", "allot", "put"])
@in_a_loop
async def test_what_is_used_is_kept_for_400_days_more(tmp_path: Path, touch: str) -> None:
    """From then on: a monthly renewal never loses its buyer."""
    path, now = str(tmp_path / "store.sqlite"), NOW + timedelta(days=399)
    stores = sqlite_stores(path, clock=lambda: now)
    await stores.orders.remember(order(), ["pi_1"], now=NOW)
    await stores.contexts.put(["cus_1"], IN_SESSION, now=NOW)
    if touch == "remember":
        await stores.orders.remember(order(), ["pi_1", "cs_1"], now=now)
    elif touch == "link":
        await stores.orders.link(["pi_1", "ch_1"], now=now)
    elif touch == "allot":
        await stores.orders.assign_refund(["pi_1"], "re_1", Decimal(5), now=now)
    elif touch == "put":
        await stores.contexts.put(["cus_1"], IN_SESSION, now=now, first_wins=True)
    await stores.close()
    later = now + timedelta(days=399)
    stores = sqlite_stores(path, clock=lambda: later)

    kept = await stores.orders.find(["pi_1"]), await stores.contexts.get(["cus_1"])
    await stores.close()

    assert [x is not None for x in kept] == [touch not in ("nothing", "put"), touch == "put"]


def _given(now: datetime) -> datetime:
    return now


@in_a_loop
async def test_no_reference_lies_in_the_clear(tmp_path: Path) -> None:
    """Neither the customer's id nor the refund's: the file joins with no export of the provider."""
    stores = sqlite_stores(str(tmp_path / "store.sqlite"))
    await stores.orders.link(["pi_canary", "in_canary"], now=NOW)
    await stores.orders.remember(order(), ["cs_canary", "pi_canary"], now=NOW)
    await stores.orders.assign_refund(["cs_canary"], "re_canary", Decimal(5), now=NOW)
    await stores.contexts.put(["cus_canary"], IN_SESSION, now=NOW)
    content = written(tmp_path)
    await stores.close()

    assert b"canary" not in content
    assert b"ORD-9" in content
