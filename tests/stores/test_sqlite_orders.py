"""What the SQLite file holds of orders and contexts: how long, and nothing in the clear."""

import sqlite3
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from shared.stores.sqlite.stores import sqlite_stores
from tests.stores.orders import order
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop


def counts(path: Path) -> dict[str, int]:
    """Return how many rows the tables of orders and contexts have."""
    tables = ("order_record", "order_reference", "order_refund", "context")
    connection = sqlite3.connect(path)
    found = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        for table in tables
    }
    connection.close()
    return found


def written(folder: Path) -> bytes:
    """Return every byte of the store, its write-ahead log included."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


@in_a_loop
async def test_orders_and_contexts_are_kept_for_400_days(tmp_path: Path) -> None:
    """Long enough for a yearly renewal; with them go their references and refunds."""
    path = tmp_path / "store.sqlite"
    stores = sqlite_stores(str(path))
    today = datetime.now(NOW.tzinfo)
    for days in (399, 401):
        then = today - timedelta(days=days)
        await stores.orders.remember(order(f"{days}"), [f"pi_{days}", f"cs_{days}"], now=then)
        await stores.orders.assign_refund([f"pi_{days}"], f"re_{days}", Decimal(5), now=then)
        await stores.orders.link([f"in_{days}", f"ch_{days}"], now=then)
        await stores.contexts.put([f"cus_{days}"], IN_SESSION, now=then)
    await stores.close()

    found = [await stores.orders.find([f"pi_{days}"]) for days in (399, 401)]
    known = [await stores.contexts.get([f"cus_{days}"]) for days in (399, 401)]
    await stores.close()

    assert [x is not None for x in (*found, *known)] == [True, False, True, False]
    assert counts(path) == {
        "order_record": 2,
        "order_reference": 4,
        "order_refund": 1,
        "context": 1,
    }


@pytest.mark.parametrize("touch", ["remember", "link", "allot", "put"])
@in_a_loop
async def test_what_is_used_is_kept_longer(tmp_path: Path, touch: str) -> None:
    """400 days from then on: a monthly renewal never loses its buyer."""
    stores = sqlite_stores(str(tmp_path / "store.sqlite"))
    now = datetime.now(NOW.tzinfo)
    then = now - timedelta(days=401)
    await stores.orders.remember(order(), ["pi_1"], now=then)
    await stores.contexts.put(["cus_1"], IN_SESSION, now=then)
    if touch == "remember":
        await stores.orders.remember(order(), ["pi_1", "cs_1"], now=now)
    elif touch == "link":
        await stores.orders.link(["pi_1", "ch_1"], now=now)
    elif touch == "allot":
        await stores.orders.assign_refund(["pi_1"], "re_1", Decimal(5), now=now)
    else:
        await stores.contexts.put(["cus_1"], IN_SESSION, now=now, first_wins=True)
    await stores.close()

    kept = await stores.orders.find(["pi_1"]), await stores.contexts.get(["cus_1"])
    await stores.close()

    assert [x is not None for x in kept] == [touch != "put", touch == "put"]


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
