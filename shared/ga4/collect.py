"""The way to GA4: the only file that imports httpx.

GA4 answers 2xx to whatever arrives, so a 2xx means *taken*, never *recorded*. What matters is
to tell apart what surely was not sent from what may have been
(docs/decisions/0003-unclear-answers.md).
"""

import asyncio
import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from shared.ga4.checked import ValidRequest
from shared.secret import Secret

ATTEMPTS: Final = 3
DEADLINE_SECONDS: Final = 7.0  # a buyer waits for the webhook's answer for up to ten
ATTEMPT_SECONDS: Final = 3.0
_BACKOFF_SECONDS: Final = 0.15
_CONNECTIONS: Final = 100
_KEEP_ALIVE_SECONDS: Final = 60.0
_SERVER_ERROR: Final = 500
_TIMEOUT: Final = httpx.Timeout(ATTEMPT_SECONDS, connect=2.0, pool=2.5)
_TIMEOUT_EXTENSION: Final = _TIMEOUT.as_dict()
_HEADERS: Final = httpx.Headers(
    {"content-type": "application/json", "user-agent": "ga4-connectors"}
)
# Answers that say the request was not processed. Of other server errors nobody knows.
_NOT_PROCESSED: Final = frozenset({429, 503})


class Fate(StrEnum):
    """What became of a request."""

    TAKEN = "taken"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a request, and how it is known.

    Attributes:
        fate: See `Fate`. GA4's word counts over a doubt, a doubt over a failure to
            connect.
        detail: An HTTP status or a kind of transport error.
        attempts: How often it was tried.
    """

    fate: Fate
    detail: str
    attempts: int


class Collect:
    """Posts valid requests to one stream over one kept client.

    Args:
        endpoint: `https://www.google-analytics.com`, the EU host, or loopback.
        measurement_id: The web stream, `G-…`.
        transport: Replaces the network in tests.
    """

    def __init__(
        self,
        endpoint: str,
        measurement_id: str,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._url = httpx.URL(f"{endpoint}/mp/collect", params={"measurement_id": measurement_id})
        self._client = httpx.AsyncClient(
            transport=_SecretTransport((transport or _transport)(), self._url),
            timeout=_TIMEOUT,
            trust_env=False,
        )

    async def send(self, request: ValidRequest, api_secret: Secret, *, resend: bool) -> Receipt:
        """Post a request, within the deadline, and tell what became of it.

        Args:
            request: What to send.
            api_secret: The stream's secret; it appears in the URL on the wire and nowhere else.
            resend: Whether a second copy does no harm, so that an unclear answer may be retried.
        """
        give_up_at = asyncio.get_running_loop().time() + DEADLINE_SECONDS
        unclear: Receipt | None = None
        for attempt in range(1, ATTEMPTS + 1):
            fate, detail = await self._attempt(request, api_secret, give_up_at)
            receipt = Receipt(fate, detail, attempt)
            if fate in (Fate.TAKEN, Fate.REFUSED):
                return receipt
            if fate is Fate.UNCLEAR:
                unclear = receipt
                if not resend:
                    break
            pause = _BACKOFF_SECONDS * 2**attempt * random.uniform(0.5, 1)  # noqa: S311 - jitter
            if asyncio.get_running_loop().time() + pause >= give_up_at:
                break
            if attempt < ATTEMPTS:
                await asyncio.sleep(pause)
        return receipt if unclear is None else Receipt(Fate.UNCLEAR, unclear.detail, attempt)

    async def _attempt(
        self, request: ValidRequest, api_secret: Secret, give_up_at: float
    ) -> tuple[Fate, str]:
        remaining = give_up_at - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(remaining, ATTEMPT_SECONDS)):
                # Built here and not by the client: merging what never changes costs time.
                response = await self._client.send(
                    httpx.Request(
                        "POST",
                        self._url,
                        headers=_HEADERS,
                        content=request.body,
                        extensions={"api_secret": api_secret, "timeout": _TIMEOUT_EXTENSION},
                    )
                )
        except (httpx.RequestError, aiohttp.ClientError) as error:
            fate = Fate.NOT_SENT if _nothing_was_sent(error) else Fate.UNCLEAR
            return fate, type(error.__cause__ or error).__name__
        except TimeoutError:
            return Fate.UNCLEAR, "TimeoutError"
        status = response.status_code
        if response.is_success:
            return Fate.TAKEN, str(status)
        if status in _NOT_PROCESSED:
            return Fate.NOT_SENT, str(status)
        return (Fate.UNCLEAR if status >= _SERVER_ERROR else Fate.REFUSED), str(status)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.aclose()


class _SecretTransport(httpx.AsyncBaseTransport):
    """Puts the api_secret into the URL behind everything that logs or keeps a URL.

    httpx logs full URLs at INFO and its exceptions hold the request; neither ever sees the secret.
    """

    def __init__(self, wire: httpx.AsyncBaseTransport, url: httpx.URL) -> None:
        self._wire = wire
        self._url = url
        self._last: tuple[Secret, httpx.URL] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # On the wire the request has the secret; before and after, where httpx logs it and keeps
        # it in exceptions, it has not.
        bare, request.url = request.url, self._with(request.extensions["api_secret"])
        try:
            return await self._wire.handle_async_request(request)
        finally:
            request.url = bare

    def _with(self, secret: Secret) -> httpx.URL:
        """Return the URL with the secret; kept while the secret is, for parsing costs time."""
        if self._last is None or self._last[0] != secret:
            whole = self._url.copy_merge_params({"api_secret": secret.reveal()})
            self._last = (secret, whole)
        return self._last[1]

    async def aclose(self) -> None:
        await self._wire.aclose()


def _transport() -> httpx.AsyncBaseTransport:
    """Return httpx over aiohttp's connection pool: httpx's own slows down under concurrency."""

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE_SECONDS
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    # aiohttp's verified context is there from its import on; loading the certificates once more
    # would cost a cold start 30 ms. What is given here is never used: the session has its own.
    unused = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return AiohttpTransport(verify=unused, client=session)


def _nothing_was_sent(error: httpx.RequestError | aiohttp.ClientError) -> bool:
    """Tell a failure to connect from one after connecting.

    httpx-aiohttp maps "the server hung up" to ConnectTimeout too, and some of aiohttp's exceptions
    it does not map at all, so only aiohttp's own, the error or its cause, can be believed; without
    one the error is httpx's.
    """
    cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
    if isinstance(cause, aiohttp.ClientError | TimeoutError):
        return isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
