"""The counting GA4, seen from here."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tools.ports import HOST


@dataclass(frozen=True)
class GA4:
    """The running sink.

    Attributes:
        url: Where it listens.
        pid: Its process.
    """

    url: str
    pid: int
    _client: aiohttp.ClientSession

    async def orders(self) -> int:
        """How many different orders it got."""
        return (await self._counts())[0]

    async def events(self) -> int:
        """How many times it got an order, the same one or another."""
        return (await self._counts())[1]

    async def requests(self) -> int:
        """How many requests these came in."""
        return (await self._counts())[2]

    async def _counts(self) -> tuple[int, int, int]:
        async with self._client.get(self.url) as answer:
            orders, events, requests = (await answer.text()).split()
        return int(orders), int(events), int(requests)

    async def forget(self) -> None:
        """Forget them."""
        async with self._client.delete(self.url):
            pass


@asynccontextmanager
async def ga4(client: aiohttp.ClientSession) -> AsyncIterator[GA4]:
    """Run the sink for as long as the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("sink.py")),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        port = int(await process.stdout.readline())
        yield GA4(f"http://{HOST}:{port}", process.pid, client)
    finally:
        process.terminate()
        await process.wait()
