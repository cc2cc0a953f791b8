"""RevenueCat's API v2 on loopback: customers by a transaction's id, and what happened to each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from aiohttp import web

from tests.support.api_server import ApiServer, Json

KEY: Final = "sk_sEcReTkEyOfRevenueCat"
PROJECT: Final = "proj1ab2c3d4"
CUSTOMERS: Final = f"/v2/projects/{PROJECT}/customers"
_EVENTS: Final = "/events"


@dataclass
class RevenueCatServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        customers: What happened to each customer, as webhooks brought it.
        page: How many entries a page has at most, whatever is asked for.
        elsewhere: Where the next page is said to be, instead of here.
        odd: Entries of every page that no webhook brings.
    """

    customers: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    page: int = 100
    elsewhere: str = ""
    odd: Sequence[object] = ()

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key."""
        return headers.get("authorization") == f"Bearer {KEY}"

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return customers, or a page of what happened to one."""
        query = dict(request.query)
        if request.path == CUSTOMERS:
            return self._customers(query), {}
        customer = request.path.removeprefix(f"{CUSTOMERS}/").removesuffix(_EVENTS)
        if not request.path.endswith(_EVENTS) or customer not in self.customers:
            return 404
        return self._events(customer, query), {}

    def refusal(self, status: int) -> Json:
        """Return the body of a refusal, as RevenueCat writes one."""
        return {"object": "error", "type": "error", "message": f"{status} of jane@example.com"}

    def _customers(self, query: Mapping[str, str]) -> Json:
        search = query.get("search")
        found = [
            {"object": "customer", "id": name, "project_id": PROJECT}
            for name, bodies in self.customers.items()
            if search is None or any(body.get("transaction_id") == search for body in bodies)
        ]
        return {"object": "list", "items": found[: int(query["limit"])], "next_page": None}

    def _events(self, customer: str, query: Mapping[str, str]) -> Json:
        environment = query["environment"].upper()
        found = [
            {
                "object": "customer.event",
                "id": f"evt{at}",
                "type": f"PURCHASES_{body.get('type')}",
                "body": body,
                "created_at": body.get("event_timestamp_ms"),
            }
            for at, body in enumerate(self.customers[customer])
            if body.get("environment") == environment
        ]
        odd = [{"object": "customer.event", "id": "odd", "body": body} for body in self.odd]
        ids = [each["id"] for each in found]
        start = ids.index(query["starting_after"]) + 1 if "starting_after" in query else 0
        end = start + min(int(query.get("limit", 20)), self.page)
        path = f"{self.elsewhere}{CUSTOMERS}/{quote(customer, safe='')}{_EVENTS}"
        after = None
        if ids[end:]:
            cursor = f"environment={query['environment']}&starting_after={ids[end - 1]}"
            after = f"{path}?{cursor}"
        return {"object": "list", "items": [*odd, *found[start:end]], "next_page": after}
