"""A server on loopback that does to each request what a script says."""

import asyncio
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

HANG: Final = "hang"
DROP: Final = "drop"
RESET: Final = "reset"
"""Reset the connection in the middle of the request's body."""

_RESET_NOT_CLOSE: Final = struct.pack("ii", 1, 0)


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    """Return an answer; 204 has no length, the others have theirs."""
    lines = [f"HTTP/1.1 {status} X", *headers]
    if status != 204:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Seen:
    """A request as it was on the wire.

    Attributes:
        target: Path and query.
        headers: By name in small letters.
        body: All of it.
        connection: The number of the connection it came over.
    """

    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass
class FaultyServer:
    """Serves while its context is open.

    Attributes:
        script: What to do to each request: bytes are the answer. The last goes on for ever.
        seen: Every request that was read to its end.
        port: Where it listens.
    """

    script: Sequence[bytes | str]
    seen: list[Seen] = field(default_factory=list)
    port: int = 0
    _served: int = 0
    _connections: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening and let go of every connection."""
        await self.stop()

    async def stop(self) -> None:
        """Stop listening and let go of every connection."""
        if self._server is not None:
            self._server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._serve(reader, writer, self._connections)
        writer.close()
        with suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            act = self.script[min(self._served, len(self.script) - 1)]
            self._served += 1
            if act == RESET:
                await reader.read(1)
                sock: socket.socket = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_NOT_CLOSE)
                return
            first, *rest = head.strip().split("\r\n")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in rest)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.seen.append(Seen(first.split(" ")[1], headers, body, connection))
            if act == HANG:
                await asyncio.sleep(3600)
            elif isinstance(act, bytes):
                writer.write(act)
                await writer.drain()
                if act.startswith(b"HTTP/1.1 ") and b"Connection: close" not in act:
                    continue
            return
