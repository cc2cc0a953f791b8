"""A GA4 that only counts: so cheap that it is never what is measured.

Takes a POST on any path and answers 204, or as the Data Manager API on that API's path. `GET`
answers how many different orders it got, how many times in all, and in how many requests. `DELETE`
forgets them. Prints its port when it listens.
"""

import asyncio
import re
import sys
from collections import Counter
from typing import Final

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_ORDER: Final = re.compile(rb'"transaction_?[iI]d": *"([^"]+)"')
_INGEST: Final = b"POST /v1/events:ingest"
_TAKEN: Final = b"HTTP/1.1 204 No Content\r\n\r\n"

_INGESTED: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 18\r\n\r\n"
    b'{"requestId": "1"}'
)

ORDERS: Final[Counter[bytes]] = Counter()
REQUESTS: Final[Counter[str]] = Counter()


class Sink(asyncio.Protocol):
    """One connection, as long as the sender keeps it."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP's always is
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._buffer += data
        while (end := self._buffer.find(_HEAD_END)) >= 0:
            length = _LENGTH.search(self._buffer, 0, end)
            size = end + len(_HEAD_END) + (int(length[1]) if length else 0)
            if len(self._buffer) < size:
                return
            request, self._buffer = self._buffer[:size], self._buffer[size:]
            if self._transport is not None:
                self._transport.write(_answer(request))


def _answer(request: bytes) -> bytes:
    if request.startswith(b"POST"):
        ORDERS.update(_ORDER.findall(request))
        REQUESTS["all"] += 1
        return _INGESTED if request.startswith(_INGEST) else _TAKEN
    if request.startswith(b"DELETE"):
        ORDERS.clear()
        REQUESTS.clear()
        return _TAKEN
    count = b"%d %d %d" % (len(ORDERS), ORDERS.total(), REQUESTS.total())
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(count), count)


async def main() -> None:
    """Listen until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
