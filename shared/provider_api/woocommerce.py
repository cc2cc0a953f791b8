"""A shop's own REST API of WooCommerce: its orders are what its webhooks carry.

Source: WooCommerce REST API v3, "Authentication over HTTPS", "Pagination" and "List all orders".
"""

import base64
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
import msgspec

from shared.deadline import give_up_at
from shared.decoding import read
from shared.errors import MisconfiguredError, UnavailableError, UnusableError
from shared.provider_api.client import ApiClient, Patience
from shared.provider_api.reply import Answerer, GoneError, Reply
from shared.providers.woocommerce.objects import Order
from shared.secrets.secret import Secret

SETTING: Final = "PAYMENT_PROVIDERS woocommerce.api_key"
ORDERS: Final = "/wp-json/wc/v3/orders"
_SHOP: Final = "PAYMENT_PROVIDERS woocommerce.shop"
_PAIR: Final = re.compile(r"ck_[A-Za-z0-9]{1,255}:cs_[A-Za-z0-9]{1,255}")
_PAGE: Final = 100  # the most that WordPress gives
_MOST_PAGES: Final = 100_000
_MOST_SHRINKS: Final = 20
_SECOND: Final = timedelta(seconds=1)
_SECONDS: Final = 60.0
_PATIENCE: Final = Patience(attempts=6, attempt_seconds=30.0, max_bytes=32 * 1024 * 1024)
# Persons are not asked for: what the mapping reads, and the refunds.
FIELDS: Final = ",".join((*(each.encode_name for each in msgspec.structs.fields(Order)), "refunds"))


class _Refund(msgspec.Struct, frozen=True):
    date_created_gmt: str


def _lacking(_: bytes) -> str:
    return "the key may not read orders"


_WOOCOMMERCE: Final = Answerer("WooCommerce", SETTING, _lacking)


class WooCommerceShop(msgspec.Struct, frozen=True):
    """Which shop is asked, and as whom.

    Attributes:
        place: The shop's address without `https://`, e.g. `shop.example.com`.
        key: The consumer key and the consumer secret, with a colon between them.
    """

    place: str
    key: Secret

    def basic(self) -> Secret:
        """Return the key as HTTP's Basic authentication wants it.

        Raises:
            MisconfiguredError: It is none of WooCommerce's.
        """
        if not _PAIR.fullmatch(self.key.reveal()):
            raise MisconfiguredError(f"{SETTING}: takes ck_…:cs_…, consumer key and secret")
        return Secret(base64.b64encode(self.key.reveal().encode()).decode())


class WooCommerceApi:
    """Asks one shop over one kept client, always by https.

    Args:
        shop: The shop.
        base: A stand-in on loopback; None for the shop itself.

    Raises:
        MisconfiguredError: The key is none of WooCommerce's.
    """

    def __init__(self, shop: WooCommerceShop, base: str | None = None) -> None:
        self._key = shop.basic()
        self._root = (base or f"https://{shop.place}") + ORDERS
        self._client = ApiClient(_PATIENCE, ("authorization", "Basic "), {})

    async def orders(self, since: datetime) -> AsyncIterator[msgspec.Raw]:
        """Yield the orders that changed last since a time, by their id.

        There is no end of that time: an order that changes while the list is read would leave it,
        and each after it would move to the page that was read before. Where orders leave it anyway,
        because somebody deletes one, the page before is read again: an order may come twice.

        Args:
            since: The time, UTC.

        Raises:
            UnavailableError: The shop is out of reach, or does not answer as WooCommerce does.
            MisconfiguredError: There is no such API, or the key may not read orders.
        """
        query = {
            "modified_after": f"{(since - _SECOND).astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            "dates_are_gmt": "true",
            "status": "any",
            "orderby": "id",
            "order": "asc",
            "per_page": str(_PAGE),
            "_fields": FIELDS,
        }
        page, size, before, shrinks = 1, 1, 0, 0
        while page < _MOST_PAGES:
            asked = httpx.URL(self._root, params={**query, "page": str(page)})
            reply = await self._asked(asked)
            try:
                orders = _WOOCOMMERCE.list_of(reply, "GET /orders")
            except GoneError:
                raise MisconfiguredError(f"{_SHOP}: there is no REST API of WooCommerce") from None
            total, pages = _count(reply, "x-wp-total"), _count(reply, "x-wp-totalpages")
            if total is not None and total < before and page > 1:
                shrinks += 1
                if shrinks > _MOST_SHRINKS:
                    raise UnavailableError("WooCommerce's orders change while they are read")
                page, before = max(1, page - 1 - (before - total) // size), total
                continue
            # A shop's host may give less than is asked for.
            before, size = total or 0, max(len(orders), 1) if page == 1 else size
            for order in orders:
                yield order
            if not orders or (pages is not None and page >= pages):
                return
            page += 1
        raise UnavailableError("WooCommerce's API gives a list without an end")

    async def order(self, order_id: str) -> msgspec.Raw | None:
        """Return an order, or None where the shop has none of that id. Raises as `orders`."""
        url = httpx.URL(f"{self._root}/{order_id}", params={"_fields": FIELDS})
        try:
            return _WOOCOMMERCE.object_of(await self._asked(url), "GET /orders/…")
        except GoneError:
            return None

    async def refunded_at(self, order_id: str, refund_id: str) -> datetime | None:
        """Return when a refund was made, UTC; None where the shop has none of that id.

        An order names its refunds without their times. Raises as `orders`.
        """
        url = httpx.URL(f"{self._root}/{order_id}/refunds/{refund_id}")
        try:
            answer = _WOOCOMMERCE.object_of(await self._asked(url), "GET /orders/…/refunds/…")
            found = datetime.fromisoformat(read(answer, _Refund).date_created_gmt)
        except GoneError:
            return None
        except UnusableError as error:
            raise UnavailableError(f"WooCommerce's API gives a refund with {error}") from None
        except ValueError:
            raise UnavailableError("WooCommerce's API gives a refund without a time") from None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)

    async def _asked(self, url: httpx.URL) -> Reply:
        return await self._client.get(url, self._key, until=give_up_at(_SECONDS))

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.close()


def _count(reply: Reply, name: str) -> int | None:
    """Return a number that a header names; None where a proxy dropped it, or it is none."""
    text = reply.headers.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
