"""The least that is honest: the floor, and a ledger that claims before and settles after.

What claims is one statement of SQLite's and so is what settles, in a file that is opened as ours
is. It answers 409 while another delivery of the same order is on its way, and knows nothing else.
"""

import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final

from benchmarks.floor.main import Message, order_of, read_body, tell, verified

_LEASE_SECONDS: Final = 60
_OPENING: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    """
    CREATE TABLE IF NOT EXISTS ledger (
        key TEXT PRIMARY KEY, state TEXT NOT NULL, lease_until INTEGER, updated_at INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
)
_CLAIM: Final = """
INSERT INTO ledger VALUES (:key, 'claimed', :now + :lease, :now)
ON CONFLICT (key) DO UPDATE SET lease_until = excluded.lease_until, updated_at = excluded.updated_at
WHERE ledger.state = 'claimed' AND ledger.lease_until <= :now
RETURNING key
"""
_SETTLE: Final = """
UPDATE ledger SET state = 'delivered', lease_until = NULL, updated_at = :now WHERE key = :key
"""
_RELEASE: Final = "DELETE FROM ledger WHERE key = :key"
_STATE: Final = "SELECT state FROM ledger WHERE key = :key"


@cache
def ledger() -> sqlite3.Connection:
    """The one connection of the process."""
    connection = sqlite3.connect(os.environ["LEDGER"], isolation_level=None)
    for statement in _OPENING:
        connection.execute(statement)
    return connection


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Verify, claim, send to GA4, settle, answer."""
    if scope["type"] != "http":
        return
    body = await read_body(receive)
    header = dict(scope["headers"]).get(b"stripe-signature", b"")
    status = await once(body) if verified(header, body) else 400
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def once(body: bytes) -> int:
    """Send an order to GA4 unless it was sent; the status to answer with."""
    session = order_of(body)
    named = {"key": session["metadata"]["order_id"]}
    claim = {**named, "now": int(time.time()), "lease": _LEASE_SECONDS}
    if ledger().execute(_CLAIM, claim).fetchone() is None:
        (state,) = ledger().execute(_STATE, named).fetchone()
        return 200 if state == "delivered" else 409
    status = await tell(session)
    settled = status == 200  # noqa: PLR2004 - HTTP's
    ledger().execute(_SETTLE if settled else _RELEASE, {**named, "now": int(time.time())})
    return status
