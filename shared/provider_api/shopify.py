"""Shopify's Admin API over REST: its orders are what its webhooks carry.

GraphQL is newer, and has other names and shapes: with it the money of a repair could differ from
that of a webhook (docs/decisions/0043-reconciling-with-shopify-and-paddle.md).
"""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

import httpx
import msgspec

from shared.deadline import give_up_at
from shared.decoding import read
from shared.errors import MisconfiguredError, UnavailableError, UnusableError
from shared.provider_api.client import ApiClient, Patience, next_page
from shared.provider_api.reply import Answerer, GoneError
from shared.providers.shopify.objects import Order
from shared.secrets.secret import Secret

# The newest stable version, supported until October 2027; after that Shopify answers with the
# oldest one it supports. The mapping decides by shape.
VERSION: Final = "2026-10"
SETTING: Final = "PAYMENT_PROVIDERS shopify.api_key"
_SHOP: Final = "PAYMENT_PROVIDERS shopify.shop"
_PAGE: Final = 100  # an order has some 10 KiB, and a hundred lines of it ten times as much
_SECONDS: Final = 60.0
_PATIENCE: Final = Patience(attempts=6, attempt_seconds=15.0, max_bytes=32 * 1024 * 1024)
# Persons are not asked for. Webhooks carry no transactions, and a repair has to be the same.
_READ: Final = tuple(each.encode_name for each in msgspec.structs.fields(Order))
FIELDS: Final = ",".join((*(n for n in _READ if n != "transactions"), "test", "updated_at"))
_TOKEN: Final = re.compile(r"[A-Za-z0-9_]{1,255}")
_NEXT: Final = re.compile(r'<([^<>]{1,4096})>\s*;\s*rel="?next"?')


class _Orders(msgspec.Struct, frozen=True):
    orders: list[msgspec.Raw]


class _Order(msgspec.Struct, frozen=True):
    order: msgspec.Raw


class _Transactions(msgspec.Struct, frozen=True):
    transactions: list[msgspec.Raw]


class _Granted(msgspec.Struct, frozen=True):
    access_token: str


def _lacking(_: bytes) -> str:
    return "the app needs the scope read_orders"


_SHOPIFY: Final = Answerer("Shopify", SETTING, _lacking)


class ShopifyShop(msgspec.Struct, frozen=True):
    """Which shop is asked, and as whom.

    Attributes:
        domain: `my-shop.myshopify.com`.
        token: An Admin API access token.
    """

    domain: str
    token: Secret


class ShopifyApi:
    """Asks the Admin API of shops over one kept client.

    Args:
        base: A stand-in on loopback; None for each shop's own domain.
    """

    def __init__(self, base: str | None = None) -> None:
        self._base = base
        self._client = ApiClient(_PATIENCE, ("x-shopify-access-token", ""), {})

    async def open(self, domain: str, key: Secret, client_id: str | None) -> ShopifyShop:
        """Return the shop as it is asked.

        Args:
            domain: The shop's own domain.
            key: An Admin API access token; with a client id, that app's secret.
            client_id: The client id of an app of the Dev Dashboard, whose tokens last a day: one
                is asked for.

        Raises:
            UnavailableError: Shopify is out of reach.
            MisconfiguredError: Shopify knows no such shop or app.
        """
        if client_id is None:
            return ShopifyShop(domain, _checked(key))

        def form() -> dict[str, str]:
            return {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": key.reveal(),
            }

        url = self._url(domain, "/admin/oauth/access_token")
        reply = await self._client.post_form(url, form, until=give_up_at(_SECONDS))
        try:
            answer = _SHOPIFY.object_of(reply, "POST /admin/oauth/access_token")
            granted = Secret(read(answer, _Granted).access_token)
        except GoneError:
            raise _no_shop() from None
        except UnusableError as error:
            raise UnavailableError(f"Shopify's API gives a token with {error}") from None
        return ShopifyShop(domain, _checked(granted))

    async def orders(
        self, shop: ShopifyShop, since: datetime, until: datetime
    ) -> AsyncIterator[msgspec.Raw]:
        """Yield the orders that changed last in a time, the first change first.

        Args:
            shop: The shop.
            since: The beginning, UTC.
            until: The end, included, UTC.

        Raises:
            UnavailableError: Shopify is out of reach, or does not answer as Shopify does.
            MisconfiguredError: There is no such shop, or the token may not read orders.
        """
        query = [
            ("status", "any"),
            ("limit", str(_PAGE)),
            ("order", "updated_at asc"),
            ("updated_at_min", since.isoformat()),
            ("updated_at_max", until.isoformat()),
            ("fields", FIELDS),
        ]
        url: httpx.URL | None = self._url(shop.domain, f"/admin/api/{VERSION}/orders.json", query)
        while url is not None:
            try:
                answer, link = await self._ask(shop, url, "GET /orders.json")
                page = read(answer, _Orders)
            except GoneError:
                raise _no_shop() from None
            except UnusableError as error:
                raise UnavailableError(f"Shopify's API gives a list with {error}") from None
            for order in page.orders:
                yield order
            found = _NEXT.search(link)
            url = next_page(url, found[1], "Shopify") if found else None

    async def order(self, shop: ShopifyShop, order_id: str) -> msgspec.Raw | None:
        """Return an order, or None where Shopify has none of that id. Raises as `orders`."""
        url = self._url(
            shop.domain, f"/admin/api/{VERSION}/orders/{order_id}.json", [("fields", FIELDS)]
        )
        try:
            answer, _ = await self._ask(shop, url, "GET /orders/….json")
            return read(answer, _Order).order
        except GoneError:
            return None
        except UnusableError as error:
            raise UnavailableError(f"Shopify's API gives an order with {error}") from None

    async def transactions(self, shop: ShopifyShop, order_id: str) -> list[msgspec.Raw]:
        """Return what moved of an order, in the shop's currency. Raises as `orders`."""
        path = f"/admin/api/{VERSION}/orders/{order_id}/transactions.json"
        url = self._url(shop.domain, path, [("in_shop_currency", "true")])
        try:
            answer, _ = await self._ask(shop, url, "GET /orders/…/transactions.json")
            return read(answer, _Transactions).transactions
        except GoneError:
            return []
        except UnusableError as error:
            raise UnavailableError(f"Shopify's API gives a list with {error}") from None

    async def _ask(self, shop: ShopifyShop, url: httpx.URL, asked: str) -> tuple[msgspec.Raw, str]:
        reply = await self._client.get(url, shop.token, until=give_up_at(_SECONDS))
        return _SHOPIFY.object_of(reply, asked), reply.link

    def _url(self, domain: str, path: str, query: Sequence[tuple[str, str]] = ()) -> httpx.URL:
        return httpx.URL((self._base or f"https://{domain}") + path, params=list(query) or None)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.close()


def _checked(token: Secret) -> Secret:
    if not _TOKEN.fullmatch(token.reveal()):
        raise MisconfiguredError(f"{SETTING}: not an access token of Shopify's")
    return token


def _no_shop() -> MisconfiguredError:
    return MisconfiguredError(f"{_SHOP}: Shopify has no such shop, or not this version of its API")
