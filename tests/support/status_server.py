"""`requestStatus:retrieve` on loopback, with any answer a test wants."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.support.listening import HttpStandIn

LOST: Final = "lost"

Answer = dict[str, Any] | bytes | str | tuple[int, Any]
"""JSON, raw bytes, `LOST` for a broken connection, or a status with a body."""


@dataclass
class StatusServer(HttpStandIn):
    """Says how requests stand while its context is open.

    Attributes:
        answers: By request id; a list is given one by one, its last for ever.
        otherwise: To what `answers` has not.
        asked: The request ids it was asked for.
        headers: Of each question, by name in small letters.
        delay_seconds: Before each answer.
    """

    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    otherwise: Answer = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    delay_seconds: float = 0

    def routes(self) -> list[web.RouteDef]:
        """One path."""
        return [web.get("/v1/requestStatus:retrieve", self._retrieve)]

    async def _retrieve(self, request: web.Request) -> web.Response:
        request_id = request.query["requestId"]
        self.asked.append(request_id)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        await asyncio.sleep(self.delay_seconds)
        found = self.answers.get(request_id, self.otherwise)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if found == LOST and request.transport is not None:
            request.transport.abort()
            return web.Response()
        if isinstance(found, tuple):
            status, body = found
            if isinstance(body, bytes):
                return web.Response(status=status, body=body)
            return web.json_response(body, status=status)
        if isinstance(found, bytes):
            return web.Response(body=found, content_type="application/json")
        return web.json_response(found)
