"""Stripe's API on loopback, as far as it is read: objects, lists in pages, and refusals."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from tools.ports import HOST

Json = dict[str, Any]

KEY: Final = "rk_live_sEcReTkEy123"


@dataclass(frozen=True)
class Question:
    """A request as Stripe saw it.

    Attributes:
        path: Without the query.
        query: By name.
        headers: By name in small letters.
    """

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class StripeServer:
    """Serves while its context is open.

    Attributes:
        objects: The object at each path.
        lists: The entries of each list, by its path.
        refusals: The status that a path answers with instead.
        delays: Seconds before a path answers.
        questions: Every request.
        url: Where it listens.
    """

    objects: Mapping[str, Json] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
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

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [question.path for question in self.questions]

    async def _answer(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.questions.append(Question(request.path, dict(request.query), headers))
        await asyncio.sleep(self.delays.get(request.path, 0))
        if headers.get("authorization") != f"Bearer {KEY}":
            return _refusal(401)
        if request.path in self.refusals:
            return _refusal(self.refusals[request.path])
        if request.path in self.lists:
            return web.json_response(_page(self.lists[request.path], request.query))
        if request.path in self.objects:
            return web.json_response(self.objects[request.path])
        return _refusal(404)


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


def _refusal(status: int) -> web.Response:
    """Return an answer of Stripe's that holds what nobody may repeat."""
    message = (
        "The provided key 'rk_live_*****Ey123' does not have the required permissions for this "
        "endpoint on account 'acct_1'. Having the 'rak_checkout_session_read' permission would "
        "allow this request to continue. jane@example.com"
    )
    error = {"type": "invalid_request_error", "message": message}
    return web.json_response({"error": error}, status=status)
