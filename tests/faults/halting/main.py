"""The payment webhook with a seam that only tests have: deliveries halt where they are told to.

`FAULTS_FOLDER` may hold `halts.json`, from the key of a ledger entry to a moment, `before claim` or
the like; a delivery that comes there leaves a file and goes no further. It may hold `ahead`: how
many seconds the clock is.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import functions_framework.aio
from starlette.requests import Request
from starlette.responses import Response

from functions.payment_webhook.main import Served, connector
from shared.bootstrap import clock

_FOLDER = Path(os.environ["FAULTS_FOLDER"])


class _Halting:
    """A ledger at which deliveries halt."""

    def __init__(self, ledger: object) -> None:
        self._ledger = ledger
        halts = _FOLDER / "halts.json"
        self._halts: dict[str, str] = json.loads(halts.read_text()) if halts.exists() else {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return an operation, with a halt before or after it."""
        operation = getattr(self._ledger, name)

        async def run(what: Any, *rest: object, **more: object) -> object:  # noqa: ANN401 - a fact or a lease
            await self._reached(what.key, f"before {name}")
            result = await operation(what, *rest, **more)
            await self._reached(what.key, f"after {name}")
            return result

        return run

    async def _reached(self, key: str, moment: str) -> None:
        if self._halts.get(key) == moment:
            (_FOLDER / f"halted-{key}").touch()
            await asyncio.sleep(3600)


def _later() -> datetime:
    ahead = _FOLDER / "ahead"
    return clock() + timedelta(seconds=int(ahead.read_text()) if ahead.exists() else 0)


@cache
def process() -> Served:
    """Return the process's own, its ledger behind the seam."""
    made = connector(os.environ)
    payments = made.handler
    ledger: Any = _Halting(payments.sender.ledger)
    sender = replace(payments.sender, ledger=ledger, clock=_later)
    # Where `cached_property` keeps it.
    vars(made)["handler"] = replace(payments, sender=sender, clock=_later)
    return made


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Take one signed delivery."""
    return await process()(request)
