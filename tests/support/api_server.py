"""A provider's API on loopback: real HTTP, and whatever goes wrong on the way."""

import asyncio
import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.support.listening import HttpStandIn

Json = dict[str, Any]

LOST: Final = "lost"
TRUNCATED: Final = "truncated"
BROKEN: Final = "broken"


@dataclass(frozen=True)
class Question:
    """A request as the provider saw it.

    Attributes:
        path: Without the query.
        query: By name.
        headers: By name in small letters.
    """

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class ApiServer(HttpStandIn):
    """Serves while its context is open.

    Attributes:
        refusals: The status that a path answers with instead.
        delays: Seconds before a path answers.
        redirects: Where a path sends to instead.
        faults: What becomes of the next questions: a status, `lost`, `truncated`, or `broken`, an
            answer of 200 that is no JSON.
        questions: Every request.
    """

    refusals: dict[str, int] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    faults: list[int | str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        """Take everything."""
        return [web.route("*", "/{path:.*}", self._answer)]

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [question.path for question in self.questions]

    @abstractmethod
    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the key."""

    @abstractmethod
    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return an answer and its headers, or the status of a refusal, to somebody known."""

    def refusal(self, status: int) -> Json:
        """Return the body of a refusal, which holds what nobody may repeat."""
        return {"errors": f"{status} for jane@example.com"}

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.questions.append(Question(request.path, dict(request.query), headers))
        await asyncio.sleep(self.delays.get(request.path, 0))
        fault = self.faults.pop(0) if self.faults else None
        if fault == LOST and request.transport is not None:
            request.transport.abort()
            return web.Response()
        if request.path in self.redirects:
            raise web.HTTPTemporaryRedirect(self.redirects[request.path])
        if fault == BROKEN:
            return web.Response(body=b'{"list": [{', content_type="application/json")
        found = fault if isinstance(fault, int) else await self._found(request, headers)
        if isinstance(found, int):
            return self._refused(found)
        body, more = found
        if fault == TRUNCATED:
            return await _truncated(request, json.dumps(body).encode())
        return web.json_response(body, headers=more)

    async def _found(
        self, request: web.Request, headers: Mapping[str, str]
    ) -> tuple[Json, dict[str, str]] | int:
        if not self.is_known(headers):
            return 401
        return self.refusals.get(request.path) or await self.reply(request)

    def _refused(self, status: int) -> web.Response:
        headers = {"Retry-After": "0.1"} if status == 429 else {}
        return web.json_response(self.refusal(status), status=status, headers=headers)


async def _truncated(request: web.Request, body: bytes) -> web.StreamResponse:
    """Send half of an answer, and hang up."""
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
