"""The wire between a client and a server on loopback, which can freeze, break and be cut off."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from tools.ports import HOST

_CHUNK = 65_536


class Wire:
    """Carries bytes both ways for as long as its `async with` block runs."""

    def __init__(self, address: str) -> None:
        """Lead to `host:port`."""
        self._flows = asyncio.Event()
        self._host, _, self._to = address.partition(":")
        self._port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where its other end is."""
        return f"{HOST}:{self._port}"

    async def __aenter__(self) -> Self:
        """Take connections."""
        await self.repair()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take no more."""
        await self.cut()

    async def repair(self) -> None:
        """Take connections, where it took them before, and let bytes through."""
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, HOST, self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def freeze(self) -> None:
        """Let nothing through, and notify nobody."""
        self._flows.clear()

    async def cut(self) -> None:
        """Break every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
            await self.broken()
            self._server = None

    async def broken(self) -> None:
        """Break every connection; new ones are taken."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_connection(self._host, int(self._to))
            try:
                await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
            finally:
                back.close()
        writer.close()
        self._tasks.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        writer.close()
