"""A server on loopback that does to each request what a script says."""

import asyncio
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.support.listening import WireStandIn

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
class FaultyServer(WireStandIn):
    """Serves while its context is open.

    Attributes:
        script: What to do to each request: bytes are the answer. The last goes on for ever.
        seen: Every request that was read to its end.
    """

    script: Sequence[bytes | str]
    seen: list[Seen] = field(default_factory=list)
    _served: int = 0
    _connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do to each request of a connection what the script says."""
        self._connections += 1
        connection = self._connections
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
