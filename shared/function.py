"""What serves one function: its handler, made at the first request, within the process's limits."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from shared import collector
from shared.changed import replace
from shared.observability.log import configure
from shared.outcome import Outcome
from shared.settings.limits import Limits, read_limits
from shared.settings.reader import Reader, read_settings
from shared.web.concurrency import Admission
from shared.web.endpoint import respond
from shared.web.request_log import RequestLog
from shared.web.responses import PUSH, WEBHOOK, ResponsePolicy
from shared.webhooks.delivery import Delivery, Head

if TYPE_CHECKING:
    from shared.handlers.pubsub_push import Handle, PubSubPush

TOKEN_HEADER: Final = "x-push-token"  # noqa: S105 - a name

SettingsT = TypeVar("SettingsT")
HandlerT = TypeVar("HandlerT")


class Function(Generic[SettingsT, HandlerT]):
    """What one process keeps between requests; making one does no work.

    Args:
        name: The function's name, for the log.
        environment: The settings. They are read at the first request, so that a missing one is
            an answer that names it and not a process that does not start.
        read: Reads the function's settings.
        make: Makes the handler from them.
        take: Takes a delivery to its outcomes.
        judge: Refuses, by its path and its headers, what is not worth reading.
        policy: How the sender is answered, and how large a request may be.
        origins: Whose pages may post, for a function that pages post to.
        at_least_seconds: A request has at least so much time.
    """

    def __init__(  # noqa: PLR0913 - what distinguishes a function from another
        self,
        name: str,
        environment: Mapping[str, str],
        *,
        read: Callable[[Reader], SettingsT],
        make: Callable[[SettingsT], HandlerT],
        take: Callable[[HandlerT, Request, Delivery], Awaitable[list[Outcome]]],
        judge: Callable[[HandlerT, Request, Head], object] | None = None,
        policy: ResponsePolicy = WEBHOOK,
        origins: Callable[[HandlerT], frozenset[str]] | None = None,
        at_least_seconds: int = 0,
    ) -> None:
        self._name = name
        self._environment = environment
        self._read = read
        self._make = make
        self._take = take
        self._judge = judge
        self._policy = policy
        self._origins = origins
        self._at_least_seconds = at_least_seconds
        self._admission = Admission()
        self._request_log = RequestLog(name)
        configure()

    @cached_property
    def handler(self) -> HandlerT:
        """The function's handler, made once.

        Raises:
            MisconfiguredError: Settings are missing or malformed; nothing of it is kept.
        """
        handler = self._make(read_settings(self._environment, self._read))
        collector.spare_what_stays()
        return handler

    @cached_property
    def _limits(self) -> Limits:
        """The process's limits; one that is malformed is named with the other settings."""
        limits = read_limits(Reader(self._environment))
        longest = max(limits.deadline_seconds, self._at_least_seconds)
        return replace(limits, deadline_seconds=longest)

    async def __call__(self, request: Request) -> Response:
        """Answer a request within the process's limits."""

        async def take(delivery: Delivery) -> list[Outcome]:
            return await self._take(self.handler, request, delivery)

        origins, judge = self._origins, self._judge
        return await respond(
            self._name,
            request,
            take,
            admission=self._admission,
            limits=self._limits,
            edge=self._policy,
            judge=None if judge is None else lambda head: judge(self.handler, request, head),
            request_log=self._request_log,
            origins=None if origins is None else lambda: origins(self.handler),
        )


class _PushHandler(Protocol):
    @property
    def push(self) -> "PubSubPush": ...

    @property
    def handle(self) -> "Handle": ...


PushHandlerT = TypeVar("PushHandlerT", bound=_PushHandler)


def push_function(
    name: str,
    environment: Mapping[str, str],
    *,
    read: Callable[[Reader], SettingsT],
    make: Callable[[SettingsT], PushHandlerT],
) -> Function[SettingsT, PushHandlerT]:
    """Return a function that Pub/Sub pushes to.

    Args:
        name: See `Function`, as the others.
        environment: The settings.
        read: Reads the function's settings.
        make: Makes the handler from them.
    """
    return Function(name, environment, read=read, make=make, take=_take_push, policy=PUSH)


async def _take_push(handler: _PushHandler, request: Request, delivery: Delivery) -> list[Outcome]:
    token = request.query_params.get("token", "") or request.headers.get(TOKEN_HEADER, "")
    return [await handler.push.take(delivery, token, handler.handle)]
