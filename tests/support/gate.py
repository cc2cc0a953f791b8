"""What stands before a function in the cloud: answers 503 while it is down, else hands on."""

from dataclasses import dataclass

import aiohttp
from aiohttp import web

from tests.support.listening import HttpStandIn


@dataclass
class Gate(HttpStandIn):
    """Serves while its context is open.

    Attributes:
        function: Where the function is.
        refusals: How many requests it is down for.
    """

    function: str
    refusals: int

    def routes(self) -> list[web.RouteDef]:
        """Take what is posted."""
        return [web.post("/", self._pass)]

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
