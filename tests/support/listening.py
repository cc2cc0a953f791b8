"""What stands on loopback for the length of an `async with` block: HTTP, or bytes as they come."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

from tools.ports import HOST


class _Context(ABC):
    """Listens while its context is open."""

    @abstractmethod
    async def listen(self) -> None:
        """Listen."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop listening."""

    async def __aenter__(self) -> Self:
        """Listen."""
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        await self.stop()


@dataclass
class HttpStandIn(_Context):
    """A server that speaks HTTP; `routes` says what it answers.

    Attributes:
        url: Where it listens.
    """

    url: str = field(default="", kw_only=True)
    _runner: web.AppRunner | None = field(default=None, kw_only=True)

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """Return what it answers."""

    async def listen(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=2**24)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()


@dataclass
class WireStandIn(_Context):
    """A server of raw connections, which can break them; `serve` says what is done with each.

    Attributes:
        port: Where it listens, or did: it listens there again.
    """

    port: int = field(default=0, kw_only=True)
    _server: asyncio.Server | None = field(default=None, kw_only=True)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, kw_only=True)

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://{HOST}:{self.port}"

    @abstractmethod
    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do with one connection what is to be done; it is closed afterwards."""

    async def listen(self) -> None:
        """Listen, where it listened before."""
        if self._server is None:
            self._server = await asyncio.start_server(
                self._connected, HOST, self.port, backlog=1024
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections, and break those that are there."""
        if self._server is not None:
            self._server.close()
            await self.broken()
            await self._server.wait_closed()
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
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self.serve(reader, writer)
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
