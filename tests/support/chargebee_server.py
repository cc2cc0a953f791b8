"""Chargebee's API on loopback: events in pages by offset, for a key as the user of Basic auth."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from tests.support.api_server import ApiServer, Json

KEY: Final = "live_sEcReTkEyOfChargebee123"
EVENTS: Final = "/api/v2/events"
_MOST: Final = 100


@dataclass
class ChargebeeServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        events: Every event.
        page: How many events a page has at most, whatever is asked for.
        endless: Whether each page names itself as the next one.
    """

    events: Sequence[Json] = ()
    page: int = _MOST
    endless: bool = False

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key, and no password."""
        pair = base64.b64encode(f"{KEY}:".encode()).decode()
        return headers.get("authorization") == f"Basic {pair}"

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return a page of events, or an event."""
        if request.path == EVENTS:
            return self._page(dict(request.query))
        for event in self.events:
            if request.path == f"{EVENTS}/{event['id']}":
                return {"event": event}, {}
        return 404

    def refusal(self, status: int) -> Json:
        """Return the body of a refusal, as Chargebee writes one."""
        codes = {401: "api_authentication_failed", 403: "api_authorization_failed"}
        code = codes.get(status, "internal_error")
        return {
            "message": "of jane@example.com",
            "api_error_code": code,
            "http_status_code": status,
        }

    def _page(self, query: Mapping[str, str]) -> tuple[Json, dict[str, str]] | int:
        if query["sort_by[asc]"] != "occurred_at" or not 1 <= int(query["limit"]) <= _MOST:
            return 400
        first, last = json.loads(query["occurred_at[between]"])
        types = json.loads(query["event_type[in]"])
        found = [
            event
            for event in self.events
            if first <= event["occurred_at"] <= last and event["event_type"] in types
        ]
        found.sort(key=lambda event: event["occurred_at"])
        start = int(json.loads(query["offset"])[0]) if "offset" in query else 0
        end = start + min(int(query["limit"]), self.page)
        listed: Json = {"list": [{"event": event} for event in found[start:end]]}
        if end < len(found):
            listed["next_offset"] = json.dumps(
                [str(start if self.endless else end), "230000000014"]
            )
        return listed, {}
