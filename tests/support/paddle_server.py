"""Paddle's API on loopback: transactions and adjustments in pages by cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from tests.support.api_server import ApiServer, Json

KEY: Final = "pdl_live_apikey_sEcReT123"
_MOST: Final = {"/transactions": 30, "/adjustments": 50}


@dataclass
class PaddleServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        transactions: Every transaction; each needs `created_at` and `updated_at`.
        adjustments: Every adjustment, likewise.
        elsewhere: Where the next page is said to be, instead of here.
        key: The key that is known.
    """

    transactions: Sequence[Json] = ()
    adjustments: Sequence[Json] = ()
    elsewhere: str = ""
    key: str = KEY

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key."""
        return headers.get("authorization") == f"Bearer {self.key}"

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return a page, or a transaction."""
        if request.path in _MOST:
            every = self.transactions if request.path == "/transactions" else self.adjustments
            return self._page(request.path, every, dict(request.query)), {}
        for transaction in self.transactions:
            if request.path == f"/transactions/{transaction['id']}":
                return {"data": transaction, "meta": {"request_id": "r"}}, {}
        return 404

    def _page(self, path: str, every: Sequence[Json], query: dict[str, str]) -> Json:
        found = [entry for entry in every if _passes(entry, query)]
        found.sort(key=lambda entry: entry["id"], reverse=query["order_by"] == "id[DESC]")
        after = query.pop("after", None)
        start = 0 if after is None else [entry["id"] for entry in found].index(after) + 1
        size = min(int(query["per_page"]), _MOST[path])
        page = found[start : start + size]
        last = page[-1]["id"] if page else ""
        base = self.elsewhere or self.url
        return {
            "data": page,
            "meta": {
                "request_id": "r",
                "pagination": {
                    "per_page": size,
                    "next": f"{base}{path}?{urlencode({**query, 'after': last})}",
                    "has_more": start + size < len(found),
                },
            },
        }


def _passes(entry: Json, query: Mapping[str, str]) -> bool:
    """Tell whether an entry passes the filters of a question, as Paddle applies them."""
    for name in ("status", "action", "id"):
        if name in query and entry[name] not in query[name].split(","):
            return False
    changed = _time(entry["updated_at"])
    since, until = query.get("updated_at[GTE]"), query.get("updated_at[LT]")
    return (since is None or changed >= _time(since)) and (until is None or changed < _time(until))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
