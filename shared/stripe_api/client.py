"""Questions to Stripe's API: only GET, so that each may be asked again."""

import asyncio
import random
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import httpx
import msgspec

from shared.deadline import give_up_at
from shared.errors import UnusableError
from shared.http_client import TRANSPORT_ERRORS, SecretTransport, kind_of, pooled_transport
from shared.providers.event import ProviderEvent
from shared.secrets.secret import Secret
from shared.stripe_api.access import Access
from shared.stripe_api.reply import Reply

LIVE: Final = "https://api.stripe.com"
# Without it an object has the shape of the account's default version, which its owner may change
# at any time; with it, of the newest version that the mapping was written against.
VERSION: Final = "2026-10-28.endive"
ATTEMPTS: Final = 3
ATTEMPT_SECONDS: Final = 2.0
DEADLINE_SECONDS: Final = 3.0  # a buyer waits for the webhook's answer for ten, and GA4 has seven
MAX_BYTES: Final = 4 * 1024 * 1024  # a page of a hundred lines has some 200 KiB
_BACKOFF_SECONDS: Final = 0.15
# Of the payload only a path is believed, and only such a one: no host, query, dot or escape.
_PATH: Final = re.compile(r"/v1(/[A-Za-z0-9_]{1,255}){1,6}")
_ID: Final = re.compile(r"/[^/]*[0-9A-Z][^/]*")


class StripeApi:
    """Asks Stripe over one kept client.

    Args:
        base: `https://api.stripe.com`, or a stand-in on loopback.
        transport: Replaces the network in tests.
    """

    def __init__(
        self, base: str = LIVE, transport: Callable[[], httpx.AsyncBaseTransport] | None = None
    ) -> None:
        self._base = base
        self._client = httpx.AsyncClient(
            transport=SecretTransport((transport or pooled_transport)(), _with_key),
            timeout=httpx.Timeout(ATTEMPT_SECONDS),
            headers={"stripe-version": VERSION, "user-agent": "ga4-connectors"},
            trust_env=False,
        )

    def access(self, event: ProviderEvent, key: Secret) -> Access:
        """Return the access for one event: all its questions share one deadline.

        Args:
            event: What is asked about.
            key: The restricted key.
        """
        return Access(key, event.source.account, event.live, give_up_at(DEADLINE_SECONDS))

    async def get(
        self, path: str, access: Access, params: Sequence[tuple[str, str]] = ()
    ) -> msgspec.Raw:
        """Return the JSON object at a path.

        Args:
            path: From `/v1/` on; it may come from a payload.
            access: As whom, and until when.
            params: The query.

        Raises:
            UnavailableError: Stripe is out of reach, overloaded, or does not answer as Stripe does.
            UnusableError: The path is none of Stripe's, or there is nothing there (`GoneError`).
            MisconfiguredError: Stripe does not know the key, or the key may not read this.
        """
        if not _PATH.fullmatch(path):
            raise UnusableError("url", "not a path of Stripe's API")
        headers = access.headers()
        url = httpx.URL(self._base + path, params=list(params) or None)
        reply = Reply(failure="nothing in time")
        with suppress(TimeoutError):  # the last reply says more
            async with asyncio.timeout_at(access.give_up_at):
                for attempt in range(1, ATTEMPTS + 1):
                    reply = await self._ask(url, headers, access.key)
                    if not reply.again or attempt == ATTEMPTS:
                        break
                    jitter = random.uniform(0.5, 1)  # noqa: S311 - jitter
                    await asyncio.sleep(_BACKOFF_SECONDS * 2**attempt * jitter)
        return reply.object("GET /v1" + _ID.sub("/…", path.removeprefix("/v1")))

    async def _ask(self, url: httpx.URL, headers: dict[str, str], key: Secret) -> Reply:
        """Ask once. What fails is a value: an exception would hold the request and its key."""
        body = bytearray()
        try:
            async with (
                asyncio.timeout(ATTEMPT_SECONDS),
                self._client.stream(
                    "GET", url, headers=headers, extensions={"api_key": key}
                ) as response,
            ):
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        return Reply(failure="more than fits")
        except TRANSPORT_ERRORS as error:
            return Reply(failure=kind_of(error))
        except TimeoutError:
            return Reply(failure="nothing in time")
        return Reply(response.status_code, bytes(body))

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.aclose()


def _with_key(request: httpx.Request) -> tuple[httpx.URL, httpx.Headers]:
    """Add the key to the headers that leave the process."""
    key: Secret = request.extensions["api_key"]
    headers = request.headers.copy()
    headers["authorization"] = f"Bearer {key.reveal()}"
    return request.url, headers
