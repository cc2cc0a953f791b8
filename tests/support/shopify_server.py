"""Shopify's Admin API on loopback: orders in pages by link header, transactions, and tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from tests.support.api_server import ApiServer, Json

TOKEN: Final = "shpat_sEcReTtOkEn123"
SHOP: Final = "my-shop.myshopify.com"
CLIENT_ID: Final = "0123456789abcdef0123456789abcdef"
CLIENT_SECRET: Final = "shpss_sEcReT123"
ROOT: Final = "/admin/api/2026-10"
_GRANT: Final = "/admin/oauth/access_token"


@dataclass
class ShopifyServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        orders: Every order; each needs `updated_at`.
        transactions: What moved of each order, by its id.
        page: How many orders a page has at most.
        elsewhere: Where the link header says that pages are, instead of here.
    """

    orders: Sequence[Json] = ()
    transactions: Mapping[int, Sequence[Json]] = field(default_factory=dict)
    page: int = 250
    elsewhere: str = ""

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the token, or ask for one."""
        form = headers.get("content-type") == "application/x-www-form-urlencoded"
        return form or headers.get("x-shopify-access-token") == TOKEN

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return a page of orders, an order, its transactions, or a token."""
        if request.path == _GRANT:
            return await _granted(request)
        if request.path == f"{ROOT}/orders.json":
            return self._page(dict(request.query))
        name = request.path.removeprefix(f"{ROOT}/orders/")
        if name.endswith("/transactions.json"):
            number = int(name.removesuffix("/transactions.json"))
            return {"transactions": list(self.transactions.get(number, ()))}, {}
        for order in self.orders:
            if name == f"{order['id']}.json":
                return {"order": _fields(order, request.query["fields"])}, {}
        return 404

    def _page(self, query: dict[str, str]) -> tuple[Json, dict[str, str]] | int:
        if "page_info" in query:
            if query.keys() - {"page_info", "limit", "fields"}:
                return 400  # filters are in page_info
            query = {name: found[0] for name, found in parse_qs(query["page_info"]).items()}
        if query.get("status") != "any":
            return 400  # or else archived orders would be left out
        since, until = (_time(query[f"updated_at_{end}"]) for end in ("min", "max"))
        found = [o for o in self.orders if since <= _time(o["updated_at"]) <= until]
        found.sort(key=lambda order: _time(order["updated_at"]))
        start = int(query.get("start", "0"))
        end = start + min(int(query["limit"]), self.page)
        headers = {}
        if end < len(found):
            info = urlencode({**query, "start": str(end)})
            rest = urlencode({"limit": query["limit"], "page_info": info})
            base = self.elsewhere or self.url
            headers["Link"] = (
                f'<{base}{ROOT}/orders.json?page_info=before>; rel="previous", '
                f'<{base}{ROOT}/orders.json?{rest}>; rel="next"'
            )
        orders = [_fields(order, query["fields"]) for order in found[start:end]]
        return {"orders": orders}, headers


async def _granted(request: web.Request) -> tuple[Json, dict[str, str]] | int:
    form = await request.post()
    asked = {"grant_type": "client_credentials", "client_id": CLIENT_ID}
    if dict(form) != {**asked, "client_secret": CLIENT_SECRET}:
        return 401
    return {"access_token": TOKEN, "scope": "read_orders", "expires_in": 86399}, {}


def _fields(order: Json, names: str) -> dict[str, Any]:
    return {name: order[name] for name in names.split(",") if name in order}


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
