"""Mollie's API: its payments, refunds and chargebacks are what its webhooks carry.

Source: Mollie "List payments", "List all refunds", "List all chargebacks" and "Pagination" of API
v2. Lists are sorted by when something was made, the newest first, and go on from an object's id:
what is made meanwhile moves nothing to another page.
"""

import re
from collections.abc import AsyncIterator
from typing import Any, Final, Literal

import httpx
import msgspec

from shared.errors import MisconfiguredError
from shared.provider_api.client import next_page
from shared.provider_api.listing import ListingApi
from shared.provider_api.reply import Answerer, GoneError
from shared.secrets.secret import Secret

LIVE: Final = "https://api.mollie.com"
SETTING: Final = "PAYMENT_PROVIDERS mollie.api_key"
_KEY: Final = re.compile(r"(live|test)_[A-Za-z0-9]{1,255}")
_PAGE: Final = "250"  # the most that Mollie gives

Kind = Literal["payments", "refunds", "chargebacks"]


class _Link(msgspec.Struct, frozen=True):
    href: str


class _Links(msgspec.Struct, frozen=True):
    next: _Link | None = None


class _Page(msgspec.Struct, frozen=True):
    embedded: dict[str, list[msgspec.Raw]] = msgspec.field(name="_embedded")
    links: _Links = msgspec.field(name="_links")


def _lacking(_: bytes) -> str:
    return "it takes an API key of one profile, live_… or test_…"


_MOLLIE: Final = Answerer("Mollie", SETTING, _lacking)


class MollieApi:
    """Asks Mollie over one kept client, as one profile.

    Args:
        key: An API key of the profile.
        base: Where the API is; None for Mollie's own host.

    Attributes:
        is_test: Whether the key reads the test mode alone.

    Raises:
        MisconfiguredError: The key is none of a profile: with an organisation's, Mollie lists
            nothing unless a profile is named.
    """

    def __init__(self, key: Secret, base: str | None = None) -> None:
        if not _KEY.fullmatch(key.reveal()):
            raise MisconfiguredError(f"{SETTING}: no API key of a profile, live_… or test_…")
        self.is_test = key.reveal().startswith("test_")
        self._key = key
        self._base = base or LIVE
        self._api = ListingApi(_MOLLIE, ("authorization", "Bearer "))

    async def listed(self, kind: Kind) -> AsyncIterator[msgspec.Raw]:
        """Yield all of a kind, the newest first.

        Args:
            kind: Of what.

        Raises:
            UnavailableError: Mollie is out of reach, or does not answer as Mollie does.
            MisconfiguredError: Mollie does not know the key, or the key may not read this.
        """
        url, asked = (
            httpx.URL(f"{self._base}/v2/{kind}", params={"limit": _PAGE}),
            f"GET /v2/{kind}",
        )
        try:
            async for page in self._api.pages(url, self._key, asked, _Page, _after):
                for each in page.embedded.get(kind, ()):
                    yield each
        except GoneError:
            raise MisconfiguredError(f"MOLLIE_API: there is no {asked}") from None

    async def payment(self, payment_id: str) -> msgspec.Raw | None:
        """Return a payment with its refunds and chargebacks, or None where Mollie has none.

        Raises as `listed`.
        """
        query = {"embed": "refunds,chargebacks"}
        url = httpx.URL(f"{self._base}/v2/payments/{payment_id}", params=query)
        return await self._api.find(url, self._key, "GET /v2/payments/…")

    def read(self, raw: msgspec.Raw, shape: type[Any]) -> Any:  # noqa: ANN401 - of the shape
        """Return what of an object counts; raises `UnavailableError` where that is no answer."""
        return self._api.read(raw, shape)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._api.close()


def _after(asked: httpx.URL, page: _Page) -> httpx.URL | None:
    return None if page.links.next is None else next_page(asked, page.links.next.href, "Mollie")
