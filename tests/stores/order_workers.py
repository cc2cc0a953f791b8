"""What other processes do to orders in the tests of their atomicity."""

import asyncio
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Final

from tests.stores.conftest import STORES
from tests.stores.orders import order
from tests.support.builders import NOW

HOW_MANY: Final = {"firestore": 12, "sqlite": 60}
"""Store → how much is done: over the network everything takes its time."""


def remember_all(store: str, folder: Path, me: int, barrier: Barrier, pipe: Connection) -> None:
    """Remember orders of our own under references that everybody shares; return who won.

    Args:
        store: The row of `STORES`.
        folder: Where it is.
        me: Which process this is.
        barrier: Where everybody waits for everybody.
        pipe: Where to say what came back.
    """

    async def remember() -> list[str]:
        async with STORES[store](folder).orders() as orders:
            barrier.wait(timeout=30)
            return [
                (
                    await orders.remember(
                        order(f"{n} of {me}"), [f"shared_{n}", f"own_{n}_{me}"], now=NOW
                    )
                ).transaction_id
                for n in range(HOW_MANY[store])
            ]

    pipe.send(asyncio.run(remember()))


def allot_all(store: str, folder: Path, me: int, barrier: Barrier, pipe: Connection) -> None:
    """Ask for the places of many refunds, from another one on; return them.

    Args:
        store: The row of `STORES`.
        folder: Where it is.
        me: Which process this is.
        barrier: Where everybody waits for everybody.
        pipe: Where to say what came back.
    """

    async def assign_refund() -> dict[int, Decimal]:
        places, many = {}, HOW_MANY[store]
        async with STORES[store](folder).orders() as orders:
            barrier.wait(timeout=30)
            for n in [(n + many // 4 * me) % many for n in range(many)]:
                place = await orders.assign_refund(["cs_1"], f"re_{n}", Decimal(n), now=NOW)
                assert place is not None
                places[n] = place.before
        return places

    pipe.send(asyncio.run(assign_refund()))
