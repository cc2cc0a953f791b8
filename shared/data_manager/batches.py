"""Events that arrive within a short while leave in one request: the quota is one of requests.

Google takes 300 requests a minute from a project, and 2,000 events in a request
(https://developers.google.com/data-manager/api/limits). Each event keeps its own claim and gets its
own result; a request that is refused over one of them goes again without it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Final

import httpx
import msgspec

from shared.data_manager.answers import Blamed, read_answer
from shared.http_client import ConnectionProgress
from shared.secrets.secret import Secret
from shared.sinks.sending import SendResult, SendStatus

MOST_EVENTS: Final = 2000
_MOST_BYTES: Final = 4_000_000
"""The API states no limit; this is far below what Google's front ends take."""
_MOST_AT_ONCE: Final = 10
_GATHER_SECONDS: Final = 0.05
_GAP_SECONDS: Final = 0.22
"""Between two requests of a process: some 270 a minute where it never rests."""
_LONGEST_GAP_SECONDS: Final = 4.0
_EASING: Final = 0.9

Post = Callable[
    [Sequence[bytes], Secret, ConnectionProgress], Awaitable[httpx.Response | SendResult]
]
"""Sends some events in one request."""


class _Waiting(msgspec.Struct, eq=False):
    """An event whose sender waits.

    Attributes:
        body: The event.
        credential: What its request is authorised with.
        result: What became of it.
        progress: How far its request came; None while it is in none.
    """

    body: bytes
    credential: Secret
    result: asyncio.Future[SendResult]
    progress: ConnectionProgress | None = None

    @property
    def on_the_wire(self) -> bool:
        """Whether Google may be processing it."""
        return self.progress is not None and not self.progress.connecting


class Batches(msgspec.Struct):
    """Gathers the events of one stream.

    Attributes:
        post: Sends some of them.
    """

    post: Post
    _waiting: list[_Waiting] = msgspec.field(default_factory=list)
    _leaving: asyncio.Task[None] | None = None
    _sending: set[asyncio.Task[None]] = msgspec.field(default_factory=set)
    _next_at: float = 0.0
    _gap: float = _GAP_SECONDS

    async def send(self, body: bytes, credential: Secret, until: float) -> SendResult:
        """Send an event together with those that come at the same time.

        Args:
            body: The event.
            credential: What requests are authorised with.
            until: The loop's time at which waiting ends.
        """
        loop = asyncio.get_running_loop()
        mine = _Waiting(body, credential, loop.create_future())
        self._waiting.append(mine)
        if self._leaving is None:
            # Not within this delivery's deadline: it is everybody's.
            self._leaving = loop.create_task(self._leave(), context=Context())
        try:
            async with asyncio.timeout_at(until):
                return await asyncio.shield(mine.result)
        except TimeoutError:
            sent = mine.on_the_wire
            return SendResult(SendStatus.UNKNOWN if sent else SendStatus.NOT_SENT, "TimeoutError")
        finally:
            mine.result.cancel()
            if mine in self._waiting:
                self._waiting.remove(mine)

    async def close(self) -> None:
        """Stop; what is on its way stays unclear."""
        tasks = [task for task in (self._leaving, *self._sending) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _leave(self) -> None:
        """Let what waits leave, request by request, until nothing waits."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(max(_GATHER_SECONDS, self._next_at - loop.time()))
            if len(self._sending) >= _MOST_AT_ONCE:
                await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
            if batch := self._taken():
                self._next_at = loop.time() + self._gap
                task = loop.create_task(self._settle(batch), context=Context())
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
        self._leaving = None

    def _taken(self) -> list[_Waiting]:
        """Take from what waits as much as one request may hold."""
        size, count = 0, 0
        for each in self._waiting[:MOST_EVENTS]:
            size += len(each.body)
            if count and size > _MOST_BYTES:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _settle(self, batch: list[_Waiting]) -> None:
        """Send a request, and what it is refused over again by itself, until each has a result."""
        groups = [batch]
        while groups:
            group = [each for each in groups.pop() if not each.result.done()]
            if not group:
                continue
            progress = ConnectionProgress()
            for each in group:
                each.progress = progress
            bodies = [each.body for each in group]
            answer = await self.post(bodies, group[-1].credential, progress)
            if isinstance(answer, httpx.Response):
                self._pace(answer.status_code)
                result = read_answer(answer, len(group))
            else:
                result = answer
            match result:
                case Blamed():
                    for each in group:
                        each.progress = None
                    groups += _without_the_blamed(group, result)
                case SendResult():
                    _give(group, [result] * len(group))
                case _:
                    _give(group, result)

    def _pace(self, status: int) -> None:
        """Send less often where the project's quota, which other processes share, is used up."""
        if status == httpx.codes.TOO_MANY_REQUESTS:
            self._gap = min(2 * self._gap, _LONGEST_GAP_SECONDS)
        else:
            self._gap = max(_EASING * self._gap, _GAP_SECONDS)


def _without_the_blamed(group: list[_Waiting], refused: Blamed) -> list[list[_Waiting]]:
    """Give those that Google names their result; return what is to be sent again, and how."""
    if len(group) == 1:
        why = refused.reasons.get(0, refused.reason)
        _give(group, [SendResult(SendStatus.REJECTED, why)])
        return []
    if not refused.reasons:
        half = len(group) // 2
        return [group[half:], group[:half]]
    for at, why in refused.reasons.items():
        _give([group[at]], [SendResult(SendStatus.REJECTED, why)])
    return [[each for at, each in enumerate(group) if at not in refused.reasons]]


def _give(group: Sequence[_Waiting], results: Sequence[SendResult]) -> None:
    for each, result in zip(group, results, strict=True):
        if not each.result.done():
            each.result.set_result(result)
