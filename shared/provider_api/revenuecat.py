"""RevenueCat's REST API v2: a customer by a transaction's id, and what happened to a customer.

It lists nothing of all customers by time. Source: RevenueCat "API v2", Customer.
"""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import quote

import httpx
import msgspec

from shared.errors import MisconfiguredError
from shared.provider_api.client import next_page
from shared.provider_api.listing import ListingApi
from shared.provider_api.reply import Answerer, GoneError
from shared.secrets.secret import Secret

LIVE: Final = "https://api.revenuecat.com"
SETTING: Final = "PAYMENT_PROVIDERS revenuecat.api_key"
_PROJECT: Final = "PAYMENT_PROVIDERS revenuecat.project"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")
_PAGE: Final = "100"  # the most that RevenueCat gives
# It lets 480 questions a minute pass, and may say to wait for the rest of one.
_SECONDS: Final = 150.0
_CUSTOMERS: Final = "GET /customers"
_EVENTS: Final = "GET /customers/…/events"


class _Customer(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=1500)]


class _Customers(msgspec.Struct, frozen=True):
    items: list[_Customer]
    next_page: str | None = None


class Happened(msgspec.Struct, frozen=True):
    """An entry of a customer's history.

    Attributes:
        id: Its id.
        body: What its webhook brings as `event`; nothing for what no webhook brings.
    """

    id: str
    body: msgspec.Raw = msgspec.Raw(b"null")


class _Events(msgspec.Struct, frozen=True):
    items: list[Happened]
    next_page: str | None = None


def _lacking(_: bytes) -> str:
    return "the key needs the permission customer_information:customers:read"


_REVENUECAT: Final = Answerer("RevenueCat", SETTING, _lacking)


class RevenueCatProject(msgspec.Struct, frozen=True):
    """Which project is asked, and as whom.

    Attributes:
        id: The project's id, `proj1ab2c3d4`.
        key: A secret API key of version 2.
    """

    id: str
    key: Secret

    def __post_init__(self) -> None:
        """Refuse what cannot be a key.

        Raises:
            MisconfiguredError: It is none of RevenueCat's.
        """
        if not _KEY.fullmatch(self.key.reveal()):
            raise MisconfiguredError(f"{SETTING}: not a key of RevenueCat's")


class RevenueCatApi:
    """Asks RevenueCat over one kept client.

    Args:
        project: The project.
        base: A stand-in on loopback; None for RevenueCat's own host.
    """

    def __init__(self, project: RevenueCatProject, base: str | None = None) -> None:
        self._project = project
        self._base = f"{base or LIVE}/v2/projects/{project.id}/customers"
        self._api = ListingApi(_REVENUECAT, ("authorization", "Bearer "), seconds=_SECONDS)

    async def check(self) -> None:
        """Ask for one customer, and so whether the key may ask at all.

        Raises:
            UnavailableError: RevenueCat is out of reach, or does not answer as RevenueCat does.
            MisconfiguredError: RevenueCat has no such project, does not know the key, or the key
                may not read customers.
        """
        await self._first(httpx.URL(self._base, params={"limit": "1"}))

    async def customers_of(self, transaction_id: str) -> tuple[str, ...]:
        """Return the ids of the customers with a transaction. Raises as `check`.

        Args:
            transaction_id: Of Apple, Google Play or Amazon: RevenueCat finds no others.
        """
        query = {"search": transaction_id, "limit": _PAGE}
        page = await self._first(httpx.URL(self._base, params=query))
        return tuple(customer.id for customer in page.items)

    async def events_of(self, customer_id: str, environment: str) -> AsyncIterator[Happened]:
        """Yield what happened to a customer; nothing of one that was deleted. Raises as `check`.

        Args:
            customer_id: The customer.
            environment: `production` or `sandbox`.
        """
        query = {"environment": environment, "limit": _PAGE}
        url = httpx.URL(f"{self._base}/{quote(customer_id, safe='')}/events", params=query)
        try:
            async for page in self._api.pages(url, self._project.key, _EVENTS, _Events, _after):
                for each in page.items:
                    yield each
        except GoneError:
            return

    async def _first(self, url: httpx.URL) -> _Customers:
        """Return one page of customers: all that a search by a transaction's id has."""
        found = await self._api.find(url, self._project.key, _CUSTOMERS)
        if found is None:
            raise MisconfiguredError(f"{_PROJECT}: RevenueCat has no such project")
        return self._api.read(found, _Customers)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._api.close()


def _after(asked: httpx.URL, page: _Events) -> httpx.URL | None:
    return next_page(asked, page.next_page, "RevenueCat") if page.next_page else None
