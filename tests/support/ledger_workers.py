"""What other processes do to a ledger in the tests of its atomicity."""

import asyncio
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from shared.stores.entry import LedgerEvent
from shared.stores.lease import Lease
from tests.stores.conftest import STORES
from tests.support.builders import MEASUREMENT_ID, NOW


def fact(key: str = "ORD-9") -> LedgerEvent:
    """Return a purchase as the ledger sees it."""
    return LedgerEvent(MEASUREMENT_ID, "purchase", key)


def claim_all(
    store: str, folder: Path, keys: list[str], barrier: Barrier, granted: Connection
) -> None:
    """Claim keys one after another, at the same moment as everybody else; return those granted.

    Args:
        store: The row of `STORES`.
        folder: Where it is.
        keys: What to claim.
        barrier: Where everybody waits for everybody.
        granted: Where to say which.
    """

    async def claims() -> list[str]:
        ledger = STORES[store](folder).open().ledger
        barrier.wait(timeout=30)
        mine = [
            key
            for key in keys
            if isinstance(await ledger.claim(fact(key), now=NOW, resend=True), Lease)
        ]
        await ledger.close()
        return mine

    granted.send(asyncio.run(claims()))


def claim_and_stall(store: str, folder: Path, ready: Connection, *, begin: bool) -> None:
    """Claim one key, begin to send where told so, and never come back.

    Args:
        store: The row of `STORES`.
        folder: Where it is.
        ready: Where to say that it is claimed.
        begin: Whether sending begins.
    """

    async def stall() -> None:
        ledger = STORES[store](folder).open().ledger
        lease = await ledger.claim(fact(), now=NOW, resend=False)
        if begin and isinstance(lease, Lease):
            await ledger.begin(lease, now=NOW)
        ready.send(isinstance(lease, Lease))
        await asyncio.sleep(3600)

    asyncio.run(stall())
