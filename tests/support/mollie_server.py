"""Mollie's API on loopback: payments with what came of them, and lists from the newest on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from tests.support.api_server import ApiServer, Json

KEY: Final = "live_sEcReTkEyOfMollie123456789012"
PAYMENTS: Final = "/v2/payments"
_KINDS: Final = ("payments", "refunds", "chargebacks")
_MOST: Final = 250


@dataclass
class MollieServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        objects: What there is, by its path.
        lists: Payments, refunds and chargebacks by their kind; each has an `id` and a `createdAt`.
        page: How many a page has at most, whatever is asked for.
        arriving: Payments that are made while the list is read: one before each page but the first.
        endless: Whether each page names itself as the next one.
        elsewhere: A host that the next page is said to be on.
    """

    objects: dict[str, Json] = field(default_factory=dict)
    lists: dict[str, list[Json]] = field(default_factory=dict)
    page: int = _MOST
    arriving: list[Json] = field(default_factory=list)
    endless: bool = False
    elsewhere: str | None = None

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key."""
        return headers.get("authorization") == f"Bearer {KEY}"

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return a list or an object; of a payment its refunds only where they are asked."""
        kind = request.path.removeprefix("/v2/")
        if kind in _KINDS:
            return self._list(kind, dict(request.query))
        found = self._found_payment(request.path)
        if found is None:
            return 404
        embed, whole = request.query.get("embed", "").split(","), found.get("_embedded")
        if not isinstance(whole, dict):
            return found, {}
        return {**found, "_embedded": {name: whole[name] for name in whole if name in embed}}, {}

    def _found_payment(self, path: str) -> Json | None:
        if path in self.objects:
            return self.objects[path]
        for payment in self.lists.get("payments", ()):
            if path == f"{PAYMENTS}/{payment['id']}":
                of_it = {
                    kind: [e for e in self.lists.get(kind, ()) if e["paymentId"] == payment["id"]]
                    for kind in ("refunds", "chargebacks")
                }
                return {**payment, "_embedded": of_it}
        return None

    def _list(self, kind: str, query: Mapping[str, str]) -> tuple[Json, dict[str, str]] | int:
        if not 1 <= int(query.get("limit", "50")) <= _MOST or query.keys() - {"limit", "from"}:
            return 400
        if "from" in query and self.arriving and kind == "payments":
            self.lists[kind].append(self.arriving.pop(0))
        found = sorted(self.lists.get(kind, ()), key=lambda e: (e["createdAt"], e["id"]))[::-1]
        names = [each["id"] for each in found]
        if query.get("from", next(iter(names), None)) not in (*names, None):
            return 404
        start = names.index(query["from"]) if "from" in query else 0
        end = start + min(int(query.get("limit", "50")), self.page)
        path = f"{self.elsewhere or self.url}/v2/{kind}?limit={query.get('limit', '50')}"
        following = None
        if end < len(found):
            after = names[start if self.endless else end]
            following = {"href": f"{path}&from={after}", "type": "application/hal+json"}
        return {
            "count": len(found[start:end]),
            "_embedded": {kind: found[start:end]},
            "_links": {"self": {"href": path}, "next": following},
        }, {}

    def refusal(self, status: int) -> Json:
        """Return the body of a refusal, as Mollie writes one."""
        return {"status": status, "title": "Refused", "detail": "of jane@example.com"}
