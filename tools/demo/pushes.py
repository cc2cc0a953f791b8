"""What carries messages to the functions: Google's Pub/Sub emulator, or plain pushes as its."""

import asyncio
import base64
import itertools
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import aiohttp

from tools.child_processes import ChildProcesses
from tools.demo.message_plan import MessagePlan
from tools.ports import HOST, choose_ports
from tools.traffic.request import push_body

_START_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.1
_PROJECT: Final = "projects/demo"
_SUBSCRIPTION: Final[Mapping[str, Any]] = {
    "ackDeadlineSeconds": 15,
    "retryPolicy": {"minimumBackoff": "1s", "maximumBackoff": "1s"},
}


class Post(Protocol):
    """What carries messages to the functions.

    Attributes:
        way: What it is, in words.
    """

    way: str

    async def carry(self, plan: MessagePlan, functions: Mapping[str, str]) -> None:
        """Carry all messages to the functions of these addresses, in any order, with duplicates."""


class EmulatedPubSub:
    """Topics and push subscriptions in the emulator, by its REST interface.

    Attributes:
        way: What it is, in words.
    """

    way = "by Pub/Sub's emulator"

    def __init__(self, address: str) -> None:
        """Use the emulator at `host:port`."""
        self._url = f"http://{address}/v1/{_PROJECT}"

    async def carry(self, plan: MessagePlan, functions: Mapping[str, str]) -> None:
        """See `Post.carry`."""
        async with aiohttp.ClientSession() as client:
            for function in sorted({message.function for message in plan.messages}):
                topic = f"{self._url}/topics/{function}"
                await _ask(client, "PUT", topic, {})
                push = {"pushConfig": {"pushEndpoint": functions[function]}}
                subscription = {"topic": f"{_PROJECT}/topics/{function}", **push, **_SUBSCRIPTION}
                await _ask(client, "PUT", f"{self._url}/subscriptions/{function}", subscription)
            for message in plan.messages:
                data = {"data": base64.b64encode(message.data).decode()}
                messages: Sequence[Mapping[str, str]] = [data] * message.copies
                topic = f"{self._url}/topics/{message.function}:publish"
                await _ask(client, "POST", topic, {"messages": messages})


async def start_emulator(children: ChildProcesses) -> EmulatedPubSub | None:
    """Start the emulator; None where there is none that starts.

    Args:
        children: What starts it, and ends it with what it starts itself: gcloud starts Java.
    """
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    (port,) = choose_ports(0, ["the Pub/Sub emulator"])
    folder = children.folder / "pubsub"
    process = await children.start(
        *(gcloud, "beta", "emulators", "pubsub", "start", "--quiet", "--project=demo"),
        *(f"--host-port={HOST}:{port}", f"--data-dir={folder}"),
        environ={**os.environ, "CLOUDSDK_CONFIG": f"{folder}/gcloud"},
        log=asyncio.subprocess.DEVNULL,
    )
    listens = await _listens(process, f"http://{HOST}:{port}")
    return EmulatedPubSub(f"{HOST}:{port}") if listens else None


async def _listens(process: asyncio.subprocess.Process, url: str) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as client:
            while process.returncode is None:
                with suppress(aiohttp.ClientError):
                    async with client.get(url) as answer:
                        return answer.ok
                await asyncio.sleep(_POLL_SECONDS)
    return False


async def _ask(
    client: aiohttp.ClientSession, method: str, url: str, body: Mapping[str, Any]
) -> None:
    async with client.request(method, url, json=body) as answer:
        answer.raise_for_status()


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
                    body = push_body(
                        message.data,
                        published_at=datetime.now(UTC).isoformat(),
                        message_id=str(next(numbers)),
                    )
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
