"""How well the day's events are tied to their users, as the ledger has it."""

from datetime import UTC, datetime, timedelta

from shared.stores.sqlite.stores import sqlite_stores
from tools.stack import LocalStack


async def attribution_in(stack: LocalStack) -> dict[str, int]:
    """Return how many of a stack's events are of each state of attribution.

    Args:
        stack: A stack whose store is its own file.
    """
    ledger = sqlite_stores(stack.environ["STORE"].removeprefix("sqlite:")).ledger
    now = datetime.now(UTC)
    try:
        stats = await ledger.stats(now - timedelta(days=1), now + timedelta(minutes=1))
    finally:
        await ledger.close()
    return stats.by("attribution")
