"""What other processes do to orders in the tests of their atomicity."""

import asyncio
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.stores.conftest import STORES
from tests.stores.orders import order
from tests.support.builders import NOW


def remember_all(store: str, folder: Path, me: int, barrier: Barrier, told: Connection) -> None:
    """Remember fifty orders of our own under references that everybody shares; tell who won.

    Args:
        store: The row of `STORES`.
        folder: Where it is.
        me: Which process this is.
        barrier: Where everybody waits for everybody.
        told: Where to say what came back.
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
                for n in range(50)
            ]

    told.send(asyncio.run(remember()))


def allot_all(store: str, folder: Path, me: int, barrier: Barrier, told: Connection) -> None:
    """Ask for the places of a hundred refunds, from another one on; tell them.

    Args:
        store: The row of `STORES`.
        folder: Where it is.
        me: Which process this is.
        barrier: Where everybody waits for everybody.
        told: Where to say what came back.
    """

    async def allot() -> dict[int, Decimal]:
        places = {}
        async with STORES[store](folder).orders() as orders:
            barrier.wait(timeout=30)
            for n in [(n + 25 * me) % 100 for n in range(100)]:
                place = await orders.allot(["cs_1"], f"re_{n}", Decimal(n), now=NOW)
                assert place is not None
                places[n] = place.before
        return places

    told.send(asyncio.run(allot()))
