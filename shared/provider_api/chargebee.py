"""Chargebee's API: its events are the very bodies that its webhooks bring.

Source: Chargebee "Events" and "Pagination and filtering" of API V2.
"""

import base64
import re
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final

import httpx
import msgspec

from shared.errors import MisconfiguredError
from shared.provider_api.listing import ListingApi
from shared.provider_api.reply import Answerer, GoneError
from shared.secrets.secret import Secret

SETTING: Final = "PAYMENT_PROVIDERS chargebee.api_key"
_SITE: Final = "PAYMENT_PROVIDERS chargebee.site"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")
_EVENTS: Final = "/api/v2/events"
_PAGE: Final = "100"  # the most that Chargebee gives
_SECOND: Final = timedelta(seconds=1)


class _Entry(msgspec.Struct, frozen=True):
    event: msgspec.Raw


class _Page(msgspec.Struct, frozen=True):
    list: list[_Entry]
    next_offset: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] | None = None


def _lacking(_: bytes) -> str:
    return "the key may not read events"


_CHARGEBEE: Final = Answerer("Chargebee", SETTING, _lacking)


class ChargebeeSite(msgspec.Struct, frozen=True):
    """Which site is asked, and as whom.

    Attributes:
        name: The site: `my-shop` of `https://my-shop.chargebee.com`.
        key: An API key of that site.
    """

    name: str
    key: Secret

    def basic(self) -> Secret:
        """Return the key as HTTP's Basic authentication wants it: the user, without a password.

        Raises:
            MisconfiguredError: It is none of Chargebee's.
        """
        if not _KEY.fullmatch(self.key.reveal()):
            raise MisconfiguredError(f"{SETTING}: not a key of Chargebee's")
        return Secret(base64.b64encode(f"{self.key.reveal()}:".encode()).decode())


class ChargebeeApi:
    """Asks Chargebee over one kept client.

    Args:
        base: A stand-in on loopback; None for each site's own host.
    """

    def __init__(self, base: str | None = None) -> None:
        self._base = base
        self._api = ListingApi(_CHARGEBEE, ("authorization", "Basic "))

    async def events(
        self, site: ChargebeeSite, types: Iterable[str], since: datetime, until: datetime
    ) -> AsyncIterator[msgspec.Raw]:
        """Yield the events of a time, the first one first; a second more at both ends.

        Chargebee does not say whether the ends are included.

        Args:
            site: The site.
            types: The types that are asked for.
            since: The beginning, UTC.
            until: The end, UTC.

        Raises:
            UnavailableError: Chargebee is out of reach, or does not answer as Chargebee does.
            MisconfiguredError: There is no such site, Chargebee does not know the key, or the key
                may not read events.
        """
        first, last = (int(at.timestamp()) for at in (since - _SECOND, until + _SECOND))
        query = {
            "limit": _PAGE,
            "occurred_at[between]": f"[{first},{last}]",
            "event_type[in]": msgspec.json.encode(sorted(types)).decode(),
            "sort_by[asc]": "occurred_at",
        }

        def following(asked: httpx.URL, page: _Page) -> httpx.URL | None:
            offset = page.next_offset
            return None if offset is None else asked.copy_set_param("offset", offset)

        url, asked = self._url(site, _EVENTS, query), f"GET {_EVENTS}"
        try:
            async for page in self._api.pages(url, site.basic(), asked, _Page, following):
                for entry in page.list:
                    yield entry.event
        except GoneError:
            raise MisconfiguredError(f"{_SITE}: Chargebee has no such site") from None

    async def event(self, site: ChargebeeSite, event_id: str) -> msgspec.Raw | None:
        """Return an event, or None where Chargebee has none of that id. Raises as `events`."""
        url = self._url(site, f"{_EVENTS}/{event_id}")
        found = await self._api.find(url, site.basic(), f"GET {_EVENTS}/…")
        return None if found is None else self._api.read(found, _Entry).event

    def _url(
        self, site: ChargebeeSite, path: str, query: dict[str, str] | None = None
    ) -> httpx.URL:
        host = self._base or f"https://{site.name}.chargebee.com"
        return httpx.URL(host + path, params=query)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._api.close()
