"""Google's REST APIs on loopback: what each path answers, and what was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tools.ports import HOST

Json = dict[str, Any]
Answer = Json | int | Callable[[Mapping[str, str]], Json | int]


@dataclass
class GcpServer:
    """Serves while its context is open.

    Attributes:
        answers: `HOST/PATH` → the JSON it answers, or what makes it of the query, or the status it
            refuses with.
        asked: Method and `HOST/PATH` of every request.
        url: Where it listens.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

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
