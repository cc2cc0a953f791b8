"""The wire between a client and a server on loopback, which can freeze, break and be cut off."""

import asyncio

from tests.support.listening import WireStandIn
from tools.ports import HOST

_CHUNK = 65_536


class Wire(WireStandIn):
    """Carries bytes both ways for as long as its `async with` block runs."""

    def __init__(self, address: str) -> None:
        """Lead to `host:port`."""
        super().__init__()
        self._flows = asyncio.Event()
        self._host, _, self._to = address.partition(":")

    @property
    def address(self) -> str:
        """Where its other end is."""
        return f"{HOST}:{self.port}"

    async def listen(self) -> None:
        """Take connections, where it took them before, and let bytes through."""
        self._flows.set()
        await super().listen()

    async def freeze(self) -> None:
        """Let nothing through, and notify nobody."""
        self._flows.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        there, back = await asyncio.open_connection(self._host, int(self._to))
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        finally:
            back.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        writer.close()
