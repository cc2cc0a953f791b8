"""One kept client that asks a provider's API, again where that may help, and never for ever."""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import httpx
import msgspec

from shared.errors import UnavailableError
from shared.http_client import SecretTransport, kind_of, pooled_transport
from shared.provider_api.reply import Reply
from shared.secrets.secret import Secret

_BACKOFF_SECONDS: Final = 0.15


class Patience(msgspec.Struct, frozen=True):
    """How long an answer is waited for.

    Attributes:
        attempts: How many times a question is asked.
        attempt_seconds: How long each time.
        max_bytes: What an answer may have; a larger one is not read.
    """

    attempts: int
    attempt_seconds: float
    max_bytes: int


class ApiClient:
    """Asks over one kept client. No request, log line or exception that anybody sees has the key.

    Args:
        patience: How long an answer is waited for.
        key_header: The name of the header that brings the key, and what stands before it there.
        headers: What every question brings.
        transport: Replaces the network in tests.
    """

    def __init__(
        self,
        patience: Patience,
        key_header: tuple[str, str],
        headers: Mapping[str, str],
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._patience = patience
        name, before = key_header

        def with_key(request: httpx.Request) -> tuple[httpx.URL, httpx.Headers]:
            key: Secret | None = request.extensions.get("api_key")
            sent = request.headers.copy()
            if key is not None:
                sent[name] = before + key.reveal()
            return request.url, sent

        self._client = httpx.AsyncClient(
            transport=SecretTransport((transport or pooled_transport)(), with_key),
            timeout=httpx.Timeout(patience.attempt_seconds),
            headers={"user-agent": "ga4-connectors", **headers},
            trust_env=False,
        )

    async def get(
        self, url: httpx.URL, key: Secret, *, until: float, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Ask, and ask again where that may help. Redirects are not followed.

        Args:
            url: The whole address.
            key: The key.
            until: The loop's time at which the question is given up.
            headers: What only this question brings.
        """

        def request() -> httpx.Request:
            return self._client.build_request(
                "GET", url, headers=headers, extensions={"api_key": key}
            )

        return await self._patiently(request, until)

    async def post_form(
        self,
        url: httpx.URL,
        form: Callable[[], dict[str, str]],
        *,
        until: float,
        key: Secret | None = None,
    ) -> Reply:
        """Post a form that holds a secret, as often as `get` asks.

        Args:
            url: The whole address.
            form: Returns the form, each time it is sent: no variable keeps the secret.
            until: As for `get`.
            key: As for `get`, where the form does not hold it.
        """

        def request() -> httpx.Request:
            extensions = {} if key is None else {"api_key": key}
            return self._client.build_request("POST", url, data=form(), extensions=extensions)

        return await self._patiently(request, until)

    async def _patiently(self, request: Callable[[], httpx.Request], until: float) -> Reply:
        reply = Reply(failure="nothing in time")
        with suppress(TimeoutError):  # the last reply says more
            async with asyncio.timeout_at(until):
                for attempt in range(1, self._patience.attempts + 1):
                    reply = await self._ask(request)
                    if not reply.again or attempt == self._patience.attempts:
                        break
                    jitter = random.uniform(0.5, 1)  # noqa: S311 - jitter
                    pause = max(_BACKOFF_SECONDS * 2**attempt * jitter, reply.retry_after)
                    if asyncio.get_running_loop().time() + pause >= until:
                        break
                    await asyncio.sleep(pause)
        return reply

    async def _ask(self, request: Callable[[], httpx.Request]) -> Reply:
        """Ask once. What fails is a value: an exception would hold the request and its key."""
        body = bytearray()
        seconds, most = self._patience.attempt_seconds, self._patience.max_bytes
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.send(request(), stream=True)
                try:
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        if len(body) > most:
                            return Reply(failure="more than fits")
                finally:
                    await response.aclose()
        except httpx.RequestError as error:
            return Reply(failure=kind_of(error))
        except TimeoutError:
            return Reply(failure="nothing in time")
        return Reply(
            response.status_code,
            bytes(body),
            link=response.headers.get("link", ""),
            headers=response.headers,
            retry_after=_seconds(response.headers.get("retry-after", "")),
        )

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.aclose()


def _seconds(text: str) -> float:
    """Return `Retry-After` where it is a number of seconds; else we choose the pause."""
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if 0 <= found < float("inf") else 0.0


def next_page(asked: httpx.URL, text: str, name: str) -> httpx.URL:
    """Return the address of the next page.

    Args:
        asked: The address of this page.
        text: What the answer says of the next one.
        name: The provider, for the error.

    Raises:
        UnavailableError: It is on another host, of another list, or this page again: the key goes
            nowhere else, and no list goes round for ever.
    """
    try:
        found = asked.join(text)
    except httpx.InvalidURL:
        found = asked
    if _place(found) != _place(asked) or found == asked:
        raise UnavailableError(f"{name}'s API names a next page that is none of its list")
    return found


def _place(url: httpx.URL) -> tuple[str, str, int | None, str]:
    return url.scheme, url.host, url.port, url.path
