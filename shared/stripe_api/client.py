"""Questions to Stripe's API: only GET, so that each may be asked again."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import httpx
import msgspec

from shared.deadline import give_up_at
from shared.errors import UnusableError
from shared.provider_api.client import ApiClient, Patience
from shared.providers.event import ProviderEvent
from shared.secrets.secret import Secret
from shared.stripe_api.access import Access
from shared.stripe_api.reply import STRIPE

LIVE: Final = "https://api.stripe.com"
# Without it an object has the shape of the account's default version, which its owner may change
# at any time; with it, of the newest version that the mapping was written against.
VERSION: Final = "2026-10-28.endive"
ATTEMPTS: Final = 3
ATTEMPT_SECONDS: Final = 2.0
DEADLINE_SECONDS: Final = 3.0  # a buyer waits for the webhook's answer for ten, and GA4 has seven
MAX_BYTES: Final = 4 * 1024 * 1024  # a page of a hundred lines has some 200 KiB
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
        self._client = ApiClient(
            Patience(ATTEMPTS, ATTEMPT_SECONDS, MAX_BYTES),
            ("authorization", "Bearer "),
            {"stripe-version": VERSION},
            transport,
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
        reply = await self._client.get(url, access.key, until=access.give_up_at, headers=headers)
        return STRIPE.object_of(reply, "GET /v1" + _ID.sub("/…", path.removeprefix("/v1")))

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.close()
