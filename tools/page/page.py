"""The page and what it asks for, as routes of the collector.

| request | answer |
|---|---|
| `GET /` | the page |
| `GET /page/NAME` | its style and its scripts |
| `GET /page/stream?order=&provider=&outcome=` | the newest rows that match, and then what changes |
| `GET /page/deliveries/ID` | the whole way of one delivery |
| `POST /page/send` `{"button"}` | sends a delivery; how it was answered |
| `POST /page/again` `{"event_id"}` | sends it again; how it was answered |

Nothing here is a contract: it belongs to the page, and changes with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import web

from shared.errors import InvalidValueError, MisconfiguredError
from shared.settings.common import read_store
from shared.settings.reader import read_settings
from tools.errors import FailedError
from tools.page.buttons import BUTTONS, Buttons
from tools.page.entries import Entries
from tools.page.journal import Journal
from tools.page.stream import Stream, Wanted
from tools.page.way import way_of
from tools.trigger.post import Answer

_STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_FILES: Final = frozenset(path.name for path in _STATIC.iterdir() if path.suffix in _TYPES)

# Scripts, styles and requests of our own only; nobody frames it, and no text can become a script.
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

T = TypeVar("T")


class _Press(msgspec.Struct, forbid_unknown_fields=True):
    button: str


class _Again(msgspec.Struct, forbid_unknown_fields=True):
    event_id: str


class Page:
    """The page of one collector.

    Attributes:
        journal: What it shows.
        state: What else it shows: the stream's id, whether GA4 misbehaves.
    """

    def __init__(self, journal: Journal, state: Callable[[], Mapping[str, Any]]) -> None:
        self.journal = journal
        self.state = state
        self._buttons = Buttons()
        self._entries = Entries(journal)
        self._keeping_up: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the page's routes."""
        return [
            web.get("/", self._index),
            web.get("/page/stream", self._stream),
            web.get("/page/deliveries/{id}", self._delivery),
            web.post("/page/send", self._send),
            web.post("/page/again", self._again),
            web.get("/page/{name}", self._file),
        ]

    def begin(self) -> None:
        """Keep up with what arrives."""
        self._keeping_up = asyncio.create_task(self._entries.keep_up())

    def reach(
        self, stack: Mapping[str, Any], secrets: Mapping[str, str], environ: Mapping[str, str]
    ) -> None:
        """Take the functions and the store of a stack that listens.

        Settings that make no sense are the functions' to complain of. The page says so too.

        Args:
            stack: As `connectors serve --json` prints it.
            secrets: Sender → where its signing secret is.
            environ: The functions' settings.
        """
        try:
            location, emulator = read_settings(environ, read_store)
            self._entries.ledger = location.open(emulator).ledger
            self._buttons.reach(stack, secrets)
        except (MisconfiguredError, InvalidValueError) as error:
            self._entries.problem = str(error)

    async def end(self) -> None:
        """Let go of everything."""
        if self._keeping_up is not None:
            self._keeping_up.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping_up
        await self._entries.close()

    async def _index(self, request: web.Request) -> web.Response:
        del request
        return _file("index.html")

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound
        return _file(name)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        wanted = Wanted(*(query.get(name, "") for name in ("order", "provider", "outcome")))
        answer = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await answer.prepare(request)
        messages = Stream(self.journal, wanted, self._state).messages()
        async with aclosing(messages):
            with suppress(ConnectionError):  # the page was closed
                async for message in messages:
                    await answer.write(message)
        return answer

    def _state(self) -> dict[str, Any]:
        problem = self._entries.problem
        return {**self.state(), "buttons": self._buttons.names, "problem": problem}

    async def _delivery(self, request: web.Request) -> web.Response:
        row = self.journal.find(request.match_info["id"])
        if row is None:
            return _json({"error": "this delivery is not kept any more"}, status=404)
        keys = list(dict.fromkeys(line.entry for line in row.events if line.entry))
        entries = dict(zip(keys, await self._entries.read(keys), strict=True))
        sent = {key: self.journal.sent.about(entry.fact) for key, entry in entries.items() if entry}
        event_id = row.first.source_event if row.first else ""
        document = {
            "row": row.shown(),
            "steps": way_of(row, entries=entries, sent=sent, problem=self._entries.problem),
            "together": [each.shown() for each in self.journal.together(row)],
            "again": event_id if self._buttons.has(event_id) else "",
        }
        return _json(document)

    async def _send(self, request: web.Request) -> web.Response:
        press = await _read(request, _Press)
        if press.button not in BUTTONS:
            return _json({"error": f"there is no such button; {', '.join(BUTTONS)}"}, status=400)
        return await self._answered(self._buttons.send(press.button))

    async def _again(self, request: web.Request) -> web.Response:
        again = await _read(request, _Again)
        return await self._answered(self._buttons.send_again(again.event_id))

    async def _answered(self, sending: Awaitable[list[Answer]]) -> web.Response:
        try:
            return _json([asdict(answer) for answer in await sending])
        except FailedError as error:
            return _json({"error": str(error)}, status=409)


async def _read(request: web.Request, kind: type[T]) -> T:
    """Return what a page posts as JSON, which no form of another page can.

    Raises:
        HTTPUnsupportedMediaType: It says that it is something else.
        HTTPBadRequest: It is something else.
    """
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise web.HTTPBadRequest from None


def _file(name: str) -> web.Response:
    path = _STATIC / name
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES[path.suffix],
        charset="utf-8",
        headers=_HEADERS,
    )


def _json(document: object, *, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(document),
        status=status,
        content_type="application/json",
        headers=_HEADERS,
    )
