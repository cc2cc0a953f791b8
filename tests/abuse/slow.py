"""Connections that send a head and then a byte now and then, for as long as they are open."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

import httpx

_PAUSE_SECONDS: Final = 0.25


class SlowConnections:
    """Many of them, held open by a thread; one that is closed is opened again.

    Args:
        url: Of the function.
        number: How many.
        path: Where they post to.
        headers: Theirs, beside the length of a body that never ends.
        at_once: How many bytes of the body come with the head.
    """

    def __init__(
        self,
        url: str,
        number: int,
        *,
        path: str = "/",
        headers: Mapping[str, str] | None = None,
        at_once: int = 1,
    ) -> None:
        parsed = httpx.URL(url)
        self._address = (parsed.host, parsed.port or 0)
        fields = {"host": "x", "content-length": str(max(at_once + 1000, 2000)), **(headers or {})}
        lines = [f"{name}: {value}" for name, value in fields.items()]
        head = "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""])
        self._opening = head.encode() + b" " * at_once
        self._number = number
        self._sockets: list[socket.socket] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._trickle)

    def __enter__(self) -> Self:
        """Open all, and wait until each has said its head."""
        self._sockets = [self._open() for _ in range(self._number)]
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all."""
        self._ended.set()
        self._thread.join()
        for each in self._sockets:
            each.close()

    def answer(self) -> bytes:
        """Wait for what the first of them is answered."""
        return self._sockets[0].recv(64 * 1024)

    def _open(self) -> socket.socket:
        opened = socket.create_connection(self._address, timeout=10)
        opened.sendall(self._opening)
        return opened

    def _trickle(self) -> None:
        while not self._ended.wait(_PAUSE_SECONDS):
            for at, each in enumerate(self._sockets):
                with suppress(OSError):
                    try:
                        each.sendall(b" ")
                    except OSError:
                        each.close()
                        self._sockets[at] = self._open()
