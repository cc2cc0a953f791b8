"""A shop's REST API of WooCommerce on loopback: orders in pages by number, for Basic auth."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.support.api_server import ApiServer, Json

KEY: Final = "ck_sEcReTcOnSuMeR:cs_sEcReTpArT"
ORDERS: Final = "/wp-json/wc/v3/orders"
_MOST: Final = 100


@dataclass
class WooCommerceServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        orders: The orders, as the API has them.
        refunds: When each refund was made, without a zone, by its id.
        page: How many orders a page has at most, whatever is asked for.
        has_totals: Whether the counts reach the client: some proxies drop them.
        appearing: Orders that change, and so get into the list, before each page but the first.
        vanishing: Ids of orders that leave the list before each page but the first.
    """

    orders: list[Json] = field(default_factory=list)
    refunds: dict[int, str] = field(default_factory=dict)
    page: int = _MOST
    has_totals: bool = True
    appearing: list[Json] = field(default_factory=list)
    vanishing: Sequence[tuple[int, ...]] = ()

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key."""
        return headers.get("authorization") == f"Basic {base64.b64encode(KEY.encode()).decode()}"

    async def reply(self, request: web.Request) -> tuple[Any, dict[str, str]] | int:
        """Return a page of orders, an order, or a refund of one."""
        parts = request.path.removeprefix(ORDERS).strip("/").split("/")
        match parts:
            case [""]:
                return self._page(dict(request.query))
            case [number]:
                found = next((e for e in self.orders if str(e["id"]) == number), None)
                return 404 if found is None else (_only(found, request.query["_fields"]), {})
            case [_, "refunds", number] if int(number) in self.refunds:
                return {"id": int(number), "date_created_gmt": self.refunds[int(number)]}, {}
        return 404

    def _page(self, query: Mapping[str, str]) -> tuple[Any, dict[str, str]] | int:
        given = (query["dates_are_gmt"], query["orderby"], query["order"], query["status"])
        size, number = int(query["per_page"]), int(query["page"])
        if given != ("true", "id", "asc", "any") or not 1 <= size <= _MOST or number < 1:
            return 400
        if number > 1:
            if self.appearing:
                self.orders.append(self.appearing.pop(0))
            gone, self.vanishing = (*self.vanishing, ())[0], self.vanishing[1:]
            self.orders = [each for each in self.orders if each["id"] not in gone]
        found = [e for e in self.orders if e["date_modified_gmt"] > query["modified_after"]]
        found.sort(key=lambda each: each["id"])
        size = min(size, self.page)
        totals = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))}
        listed = found[(number - 1) * size : number * size]
        fields = query["_fields"]
        return [_only(each, fields) for each in listed], totals if self.has_totals else {}

    def refusal(self, status: int) -> Json:
        """Return the body of a refusal, as WordPress writes one."""
        code = "woocommerce_rest_cannot_view"
        return {"code": code, "message": "of jane@example.com", "data": {"status": status}}


def _only(order: Json, fields: str) -> Json:
    return {name: order[name] for name in fields.split(",") if name in order}
