"""Stripe's API on loopback, as far as it is read: objects, lists in pages, and refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from tests.support.api_server import ApiServer, Json

KEY: Final = "rk_live_sEcReTkEy123"


@dataclass
class StripeServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        objects: The object at each path.
        lists: The entries of each list, by its path.
    """

    objects: Mapping[str, Json] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Json]] = field(default_factory=dict)

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key."""
        return headers.get("authorization") == f"Bearer {KEY}"

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return a page of a list or an object."""
        if request.path in self.lists:
            return _page(self.lists[request.path], request.query), {}
        return (self.objects[request.path], {}) if request.path in self.objects else 404

    def refusal(self, status: int) -> Json:
        """Return an answer of Stripe's that holds what nobody may repeat."""
        message = (
            "The provided key 'rk_live_*****Ey123' does not have the required permissions for "
            "this endpoint on account 'acct_1'. Having the 'rak_checkout_session_read' permission "
            f"would allow this request to continue ({status}). jane@example.com"
        )
        return {"error": {"type": "invalid_request_error", "message": message}}


def _page(entries: Sequence[Json], query: Mapping[str, str]) -> Json:
    """Return the entries of a time after `starting_after`, as Stripe filters and pages them."""
    since, until = (int(query.get(f"created[{end}]", -1)) for end in ("gte", "lt"))
    if until >= 0:
        entries = [entry for entry in entries if since <= entry["created"] < until]
    after = query.get("starting_after")
    start = 0 if after is None else [entry["id"] for entry in entries].index(after) + 1
    end = start + int(query.get("limit", "10"))
    return {
        "object": "list",
        "url": "/v1/x",
        "data": list(entries[start:end]),
        "has_more": end < len(entries),
    }
