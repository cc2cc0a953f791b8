"""The one way to HTTP: httpx over aiohttp's pool, with secrets added behind what logs."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import httpx
import msgspec

from shared.certificates import verified, without_file

with without_file():
    import aiohttp
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace
    from httpx_aiohttp import AiohttpTransport

TRANSPORT_ERRORS: Final = (httpx.RequestError, aiohttp.ClientError)
"""What a failed request raises: httpx-aiohttp does not map each of aiohttp's own."""

_CONNECTIONS: Final = 100
_KEEP_ALIVE_SECONDS: Final = 60.0


class ConnectionProgress(msgspec.Struct):
    """How far a request came on the pooled transport.

    Attributes:
        connecting: It waits for a connection: none is free, or none is made yet. Whatever ends
            the request now, not a byte of it has left.
    """

    connecting: bool = False


_WAY: Final[ContextVar[ConnectionProgress | None]] = ContextVar("_WAY", default=None)


@contextmanager
def track_connection(way: ConnectionProgress) -> Iterator[None]:
    """Follow the one request that is made within the block.

    Args:
        way: Says at any time how far it came.
    """
    token = _WAY.set(way)
    try:
        yield
    finally:
        _WAY.reset(token)


class _Request(ClientRequest):
    @property
    def ssl(self) -> ssl.SSLContext | bool:
        return self.is_ssl() and verified()


class _Connector(aiohttp.TCPConnector):
    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> Connection:
        way = _WAY.get() or ConnectionProgress()
        way.connecting = True
        connection = await super().connect(req, traces, timeout)
        way.connecting = False
        return connection


def pooled_transport() -> httpx.AsyncBaseTransport:
    """Return httpx over aiohttp's connection pool: httpx's own slows down under concurrency."""

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=_Connector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_Request,
        )

    # Without a context httpx makes one that is never used: the session's requests have their own.
    unused = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return AiohttpTransport(verify=unused, client=session)


class SecretTransport(httpx.AsyncBaseTransport):
    """Puts a secret into the request behind everything that logs or keeps one.

    httpx logs full URLs at INFO and its exceptions hold the request; neither ever sees the secret.

    Args:
        wire: What sends the request.
        reveal: Returns the URL and the headers to send, the secret in one of them.
    """

    def __init__(
        self,
        wire: httpx.AsyncBaseTransport,
        reveal: Callable[[httpx.Request], tuple[httpx.URL, httpx.Headers]],
    ) -> None:
        self._wire = wire
        self._reveal = reveal

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request with its secret.

        On the wire it has the secret; before and after, where httpx logs it and keeps it in
        exceptions, it has not.
        """
        bare = request.url, request.headers
        request.url, request.headers = self._reveal(request)
        try:
            return await self._wire.handle_async_request(request)
        finally:
            request.url, request.headers = bare

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()


def kind_of(error: Exception) -> str:
    """Return the name of a transport error's kind; aiohttp's own where it is known."""
    return type(error.__cause__ or error).__name__


def nothing_was_sent(error: httpx.RequestError | aiohttp.ClientError) -> bool:
    """Distinguish a failure to connect from one after connecting.

    httpx-aiohttp maps "the server hung up" to ConnectTimeout too, and some of aiohttp's exceptions
    it does not map at all, so only aiohttp's own, the error or its cause, can be believed; without
    one the error is httpx's.
    """
    cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
    if isinstance(cause, aiohttp.ClientError | TimeoutError):
        return isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
