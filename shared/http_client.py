"""The one way to HTTP: httpx over aiohttp's pool, with secrets added behind what logs."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
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


class _PooledTransport(httpx.AsyncBaseTransport):
    """Sends httpx's requests by one session of aiohttp, which is made at the first."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_Connector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                request_class=_Request,
                auto_decompress=False,  # httpx does that
            )
        seconds = request.extensions.get("timeout", {})
        with _httpx_errors():
            response = await self._session.request(
                request.method,
                str(request.url),
                headers=request.headers.multi_items(),
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    connect=seconds.get("pool"),
                    sock_connect=seconds.get("connect"),
                    sock_read=seconds.get("read"),
                ),
            )
        return httpx.Response(
            response.status, headers=response.raw_headers, stream=_Answer(response)
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Answer(httpx.AsyncByteStream):
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors():
            async for chunk in self._response.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        self._response.release()
        await self._response.wait_for_close()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Raise aiohttp's errors as httpx's: one of connecting, or one of everything after that."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx.ConnectTimeout("no connection in time") from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError("no connection") from error
    except aiohttp.ClientResponseError as error:
        # It names the address, and with it the secret; its cause does not.
        raise httpx.RemoteProtocolError("no HTTP") from error.__cause__
    except aiohttp.ClientError as error:
        kind = httpx.ReadTimeout if isinstance(error, TimeoutError) else httpx.ReadError
        raise kind("no whole answer") from error


def pooled_transport() -> httpx.AsyncBaseTransport:
    """Return httpx over aiohttp's connection pool: httpx's own slows down under concurrency."""
    return _PooledTransport()


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


def kind_of(error: httpx.RequestError) -> str:
    """Return the name of a transport error's kind; aiohttp's own where it is known."""
    return type(error.__cause__ or error).__name__


def nothing_was_sent(error: httpx.RequestError) -> bool:
    """Distinguish a failure to connect from one after connecting."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
