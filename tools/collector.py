"""The local GA4: answers as Google does, shows what it was sent, and misbehaves on request.

| request | answer |
|---|---|
| `POST /mp/collect` | 204, whatever the body |
| `POST /debug/mp/collect` | 200 and validation messages; nothing is recorded |
| `GET /events` | the newest 100,000 events (256 MiB of bodies), oldest first |
| `DELETE /events` | 204 |
| `POST /v1/events:ingest` and the like | as Google's Data Manager API (`tools/data_manager/`) |
| `POST /faults` | 204; 400 naming the field where the fault is not one |
| `GET /stack` | the stack it is part of, as `connectors serve --json` prints it; 404 without one |
| `GET /` | a page for people: every delivery as it arrives (`tools/page/`) |
| `GET /stack/secrets` | where that stack's signing secrets are, by sender; never a secret |

It listens on loopback only, and no other web page may ask it anything (`tools/page/guard.py`). The
`api_secret` is dropped before anything is kept.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from aiohttp import web

from tools.changed import replace
from tools.data_manager.api import DataManagerApi
from tools.errors import FailedError
from tools.events import Collected, CollectedEvent, EventHistory
from tools.faults import Fault, FaultError, Misbehaviour, parse_fault
from tools.page.guard import only_this_machine
from tools.page.journal import Journal
from tools.page.page import Page
from tools.ports import HOST, explain
from tools.real_stream import Forwarder, RealAnswer

_EVENTS_PER_CHUNK: Final = 250
_SHUTDOWN_SECONDS: Final = 0.2

# aiohttp quotes a malformed request line, and with it the secret, in what it logs.
_SILENT: Final = logging.getLogger(f"{__name__}.silent")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Collector:
    """A local GA4, for as long as its `async with` block runs.

    Attributes:
        history: The events it remembers.
        forwarder: Passes on to the real GA4 what the stack sends, where it is to.
        page: What it shows to people.
        data_manager: The Data Manager API.
        stack: The stack it is part of, once that listens.
        secrets: Where that stack's signing secrets are: sender → reference.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        history: EventHistory | None = None,
        clock: "Clock | None" = None,
        follows: bool = False,
    ) -> None:
        """Prepare a collector.

        Args:
            port: Where to listen; 0 takes any free port.
            history: Where to remember events.
            clock: The present moment.
            follows: Whether the page hears what functions log; see `Journal`.
        """
        self.history = history or EventHistory()
        self.forwarder: Forwarder | None = None
        self.stack: Mapping[str, Any] | None = None
        self.secrets: Mapping[str, str] | None = None
        self._port = port
        self._clock: Clock = clock or _utc_now
        self._misbehaviour = Misbehaviour()
        self.page = Page(Journal(follows=follows), self._state)
        self.data_manager = DataManagerApi(self._keep, self._next_fault, self._clock)
        # No limit: 204 whatever the body.
        application = web.Application(client_max_size=0, middlewares=[only_this_machine])
        application.add_routes(
            [
                web.post("/mp/collect", self._collect),
                web.post("/debug/mp/collect", self._validate),
                web.get("/events", self._show),
                web.delete("/events", self._forget),
                web.post("/faults", self._set_fault),
                web.get("/stack", self._show_stack),
                web.get("/stack/secrets", self._show_secrets),
                *self.data_manager.routes(),
                *self.page.routes(),
            ]
        )
        self._runner = web.AppRunner(
            application, access_log=None, logger=_SILENT, shutdown_timeout=_SHUTDOWN_SECONDS
        )

    async def __aenter__(self) -> Self:
        """Start listening.

        Raises:
            FailedError: If the port is taken.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port, backlog=1024).start()
        except OSError as error:
            await self._runner.cleanup()
            raise FailedError(explain(self._port, "collector", error.errno)) from None
        self.page.begin()
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening and break what is still open."""
        await self.page.end()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where it listens."""
        port = self._runner.addresses[0][1]
        return f"http://{HOST}:{port}"

    async def _collect(self, request: web.Request) -> web.Response:
        event = await self._read(request)
        fault = self._next_fault(request.path)
        refused = None
        if fault is not None and fault.status is not None:
            again = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            refused = web.Response(status=fault.status, headers=again)
            if not fault.taken:
                return refused
        answer = None
        if self.forwarder is not None:
            answer = await self.forwarder.forward(
                await request.read(), request.query, request.headers
            )
        if answer is not None:
            event = replace(event, real=answer.document())
        self._keep(event)
        if fault is not None and fault.delay_ms is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault is not None and fault.drop_after_read and request.transport is not None:
            request.transport.abort()
        if refused is not None:
            return refused
        return web.Response(status=204) if answer is None else _as_answered(answer, request)

    def _keep(self, event: Collected) -> None:
        self.history.add(event)
        # Not now: whoever sent it waits.
        asyncio.get_running_loop().call_soon(self.page.journal.collected, event)

    def _next_fault(self, path: str) -> Fault | None:
        return self._misbehaviour.next(path)

    async def _validate(self, request: web.Request) -> web.Response:
        event = await self._read(request)
        messages = [
            {"fieldPath": f.path, "description": f.message, "validationCode": f.code}
            for f in event.refusals
        ]
        return _json(msgspec.json.encode({"validationMessages": messages}))

    async def _show(self, request: web.Request) -> web.StreamResponse:
        # Written in pieces: working out the verdicts of a whole day at once would keep
        # everybody who is sending meanwhile waiting.
        events = self.history.snapshot()
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        separator = b"["
        for start in range(0, len(events), _EVENTS_PER_CHUNK):
            chunk = events[start : start + _EVENTS_PER_CHUNK]
            await answer.write(separator + b",\n".join(event.render() for event in chunk))
            await asyncio.sleep(0)
            separator = b",\n"
        await answer.write(b"]" if events else b"[]")
        return answer

    async def _forget(self, request: web.Request) -> web.Response:
        del request
        self.history.clear()
        self.page.journal.clear()
        return web.Response(status=204)

    async def _set_fault(self, request: web.Request) -> web.Response:
        try:
            fault = parse_fault(await request.read())
        except FaultError as error:
            return _json(msgspec.json.encode({"error": str(error)}), status=400)
        self._misbehaviour = Misbehaviour(fault)
        return web.Response(status=204)

    def _state(self) -> dict[str, Any]:
        """What the page shows of the collector itself."""
        fault, stack = self._misbehaviour.fault, self.stack or {}
        return {
            "stream": stack.get("measurement_id", ""),
            "forwards_to": stack.get("forwards_to", ""),
            "fault": None if fault is None else fault.described(),
        }

    async def _show_stack(self, request: web.Request) -> web.Response:
        del request
        return _of_stack(self.stack)

    async def _show_secrets(self, request: web.Request) -> web.Response:
        del request
        return _of_stack(self.secrets)

    async def _read(self, request: web.Request) -> CollectedEvent:
        return CollectedEvent.of(
            await request.read(),
            received_at=self._clock(),
            path=request.path,
            measurement_id=request.query.get("measurement_id"),
            firebase_app_id=request.query.get("firebase_app_id"),
            api_secret=request.query.get("api_secret"),
        )


Clock = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _as_answered(answer: RealAnswer, request: web.Request) -> web.Response:
    """Return Google's own answer; without one, what leads the function to the right conclusion."""
    if answer.status is not None:
        again = {"Retry-After": answer.retry_after} if answer.retry_after else {}
        return web.Response(status=answer.status, headers=again)
    if answer.may_have_arrived and request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)  # surely not sent: it may be tried again


def _of_stack(document: Mapping[str, Any] | None) -> web.Response:
    if document is not None:
        return _json(json.dumps(document).encode())
    error = "no functions listen here: this is a collector alone, or its stack is still starting"
    return _json(msgspec.json.encode({"error": error}), status=404)


def _json(body: bytes, *, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")
