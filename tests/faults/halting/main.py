"""The payment webhook with a seam that only tests have: deliveries halt where they are told to.

`FAULTS_FOLDER` may hold `halts.json`, from the key of a ledger entry to a moment, `before begin` or
the like; a delivery that comes there leaves a file and goes no further. It may hold `ahead`: how
many seconds the clock is.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from functions.payment_webhook.main import Served, connector
from shared.stores.document import Change, Database
from shared.stores.stores import utc_now
from tests.support.moments import moment_of
from tools.changed import replace

_FOLDER = Path(os.environ["FAULTS_FOLDER"])


class _Halting:
    """A database at which deliveries halt."""

    def __init__(self, database: Database) -> None:
        self._database = database
        halts = _FOLDER / "halts.json"
        self._halts: dict[str, str] = json.loads(halts.read_text()) if halts.exists() else {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a database has
        """Return what nothing halts at."""
        return getattr(self._database, name)

    async def commit(self, changes: Sequence[Change]) -> list[Any]:
        """Commit, with a halt before or after it."""
        await self._reached("before", changes)
        versions = await self._database.commit(changes)
        await self._reached("after", changes)
        return versions

    async def _reached(self, when: str, changes: Sequence[Change]) -> None:
        for change in changes:
            key = change.document.name
            if key in self._halts and self._halts[key] == f"{when} {moment_of(change)}":
                (_FOLDER / f"halted-{key}").touch()
                await asyncio.sleep(3600)


def _later() -> datetime:
    ahead = _FOLDER / "ahead"
    return utc_now() + timedelta(seconds=int(ahead.read_text()) if ahead.exists() else 0)


@cache
def process() -> Served:
    """Return the process's own, its ledger behind the seam."""
    made = connector(os.environ)
    payments = made.handler
    database: Any = _Halting(payments.sender.stores.database)
    stores = replace(payments.sender.stores, database=database)
    sender = replace(payments.sender, stores=stores, clock=_later)
    history = payments.history.within(stores)
    # Where `cached_property` keeps it.
    vars(made)["handler"] = replace(payments, sender=sender, history=history, clock=_later)
    return made


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Take one signed delivery."""
    return await process()(request)
