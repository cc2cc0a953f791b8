"""Google's REST APIs on loopback: what each path answers, and what was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.listening import HttpStandIn

Json = dict[str, Any]
Answer = Json | int | Callable[[Mapping[str, str]], Json | int]


@dataclass
class GcpServer(HttpStandIn):
    """Serves while its context is open.

    Attributes:
        answers: `HOST/PATH` → the JSON it answers, or what makes it of the query, or the status it
            refuses with.
        asked: Method and `HOST/PATH` of every request.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        """Take everything."""
        return [web.route("*", "/{path:.*}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/")
        self.asked.append((request.method, path))
        answer = self.answers.get(path, 404)
        if callable(answer):
            answer = answer(request.query)
        if isinstance(answer, int):
            status = {403: "PERMISSION_DENIED", 404: "NOT_FOUND"}.get(answer, "INTERNAL")
            message = "jane@example.com may not"
            return web.json_response(
                {"error": {"status": status, "message": message}}, status=answer
            )
        return web.json_response(answer)
