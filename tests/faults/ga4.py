"""A GA4 on loopback that fails as told, and keeps the books by which it counts.

It takes events by both of Google's APIs. A request of the Data Manager API may hold several events.
One that is refused fails them all. Everything else is done with all of them as with the first.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from tests.support.listening import WireStandIn


class Act(Enum):
    """What is done with one request; `recorded` tells whether its event is in the reports."""

    TAKE = "taken"
    BUSY = "503"
    LIMIT = "429"
    REFUSE = "400"
    FORBID = "403"
    FAIL = "500, recorded"
    CLOSE = "closes after reading, recorded"
    CLOSE_LOST = "closes after reading"
    HANG = "never answers, recorded"
    HANG_LOST = "never answers"
    SLOW = "taken after a second"

    @property
    def recorded(self) -> bool:
        """Whether the event counts."""
        return self in _RECORDED

    @property
    def unclear(self) -> bool:
        """Whether the sender cannot know that."""
        return self in _UNCLEAR


_RECORDED: Final = frozenset({Act.TAKE, Act.SLOW, Act.FAIL, Act.CLOSE, Act.HANG})
_UNCLEAR: Final = frozenset({Act.FAIL, Act.CLOSE, Act.CLOSE_LOST, Act.HANG, Act.HANG_LOST})
_ANSWERS: Final = {
    Act.BUSY: b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n",
    Act.LIMIT: b"HTTP/1.1 429 X\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n",
    Act.REFUSE: b"HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n",
    Act.FORBID: b"HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n",
    Act.FAIL: b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n",
}
_NO_CONTENT: Final = b"HTTP/1.1 204 X\r\n\r\n"

Fact = tuple[str, str]
"""An event's name and its transaction id."""


class Analytics(WireStandIn):
    """GA4, for as long as its `async with` block runs.

    Attributes:
        next_act: What to do with the next request, which tells of a fact.
        recorded: How often each fact is in the reports, with duplicates.
        unclear: How often nobody could tell whether it is.
    """

    def __init__(self, next_act: Callable[[Fact], Act] = lambda _: Act.TAKE) -> None:
        super().__init__()
        self.next_act = next_act
        self.recorded: Counter[Fact] = Counter()
        self.unclear: Counter[Fact] = Counter()
        self._requests = 0
        self._refusals = 0

    def counted(self, fact: Fact) -> int:
        """Return how often GA4 counts a fact: of a purchase it merges the copies."""
        copies = self.recorded[fact]
        return min(copies, 1) if fact[0] == "purchase" else copies

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do with each request of a connection what is next."""
        while await self._answered(reader, writer):
            pass

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one request, do with it as told, and tell whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        by_data_manager = "/v1/events:ingest" in head
        facts = [_fact(event) for event in body["events"]]
        acts = [self.next_act(fact) for fact in facts]
        act = Act.REFUSE if Act.REFUSE in acts else acts[0]
        for fact in facts:
            self.recorded[fact] += act.recorded
            self.unclear[fact] += act.unclear
        if act in (Act.HANG, Act.HANG_LOST):
            await asyncio.sleep(3600)
        if act is Act.SLOW:
            await asyncio.sleep(1)
        answer = _ANSWERS.get(act)
        if act in (Act.TAKE, Act.SLOW):
            answer = self._taken() if by_data_manager else _NO_CONTENT
        if act is Act.REFUSE and by_data_manager:
            answer = self._refused([at for at, each in enumerate(acts) if each is Act.REFUSE])
        if answer is None:
            return False
        writer.write(answer)
        await writer.drain()
        return True

    def _taken(self) -> bytes:
        """Return the Data Manager API's answer: each request has an id of its own."""
        self._requests += 1
        return _json("200", {"requestId": f"request-{self._requests}"})

    def _refused(self, places: list[int]) -> bytes:
        """Return its answer to bad events: every other time it does not say which ones they are."""
        self._refusals += 1
        names = [f"events.events[{at}]" for at in places] if self._refusals % 2 else ["events"]
        violations = [{"field": name, "reason": "INVALID_EVENT"} for name in names]
        error = {"status": "INVALID_ARGUMENT", "details": [{"fieldViolations": violations}]}
        return _json("400", {"error": error})


def _json(status: str, document: dict[str, Any]) -> bytes:
    body = json.dumps(document).encode()
    return b"HTTP/1.1 %s X\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


def _fact(event: dict[str, Any]) -> Fact:
    """Return what an event of either API is about."""
    if "eventName" in event:
        return event["eventName"], event["transactionId"]
    return event["name"], event["params"]["transaction_id"]
