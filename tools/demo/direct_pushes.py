"""Pushing messages straight to the functions, as Pub/Sub would: where its emulator is not there."""

import asyncio
import base64
import itertools
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import aiohttp

from tools.demo.message_plan import Message, MessagePlan

_AT_ONCE: Final = 16
_PATIENCE_SECONDS: Final = 20.0
_WAIT_SECONDS: Final = 0.2


class DirectPushes:
    """Pushes each message until it is acknowledged.

    Attributes:
        way: What it is, in words.
    """

    way = "pushed directly, no emulator"

    async def carry(self, plan: MessagePlan, functions: Mapping[str, str]) -> None:
        """See `Post.carry`."""
        turns, numbers = asyncio.Semaphore(_AT_ONCE), itertools.count(1)
        async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as group:
            for message in plan.messages:
                for _ in range(message.copies):
                    # A message that is published twice has two ids.
                    body = _body(message, str(next(numbers)))
                    group.create_task(_push(client, functions[message.function], body, turns))


async def _push(
    client: aiohttp.ClientSession, url: str, body: bytes, turns: asyncio.Semaphore
) -> None:
    async with turns:
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            async with client.post(url, data=body) as answer:
                if answer.ok:
                    return
            await asyncio.sleep(_WAIT_SECONDS)


def _body(message: Message, message_id: str) -> bytes:
    pushed = {
        "data": base64.b64encode(message.data).decode(),
        "messageId": message_id,
        "publishTime": datetime.now(UTC).isoformat(),
    }
    return json.dumps({"message": pushed, "subscription": "projects/demo/subscriptions/d"}).encode()
