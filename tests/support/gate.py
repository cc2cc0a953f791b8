"""What stands before a function in the cloud: answers 503 while it is down, else hands on."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from tools.ports import HOST


@dataclass
class Gate:
    """Serves while its context is open.

    Attributes:
        function: Where the function is.
        refusals: How many requests it is down for.
        url: Where it listens.
    """

    function: str
    refusals: int
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/", self._pass)
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

    async def _pass(self, request: web.Request) -> web.Response:
        if self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=503)
        kind = {"content-type": request.headers.get("content-type", "application/json")}
        body = await request.read()
        async with (
            aiohttp.ClientSession() as client,
            client.post(self.function, data=body, headers=kind) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read())
