"""The HTTP edge: from a Starlette request to a delivery, from an answer to a response."""

import asyncio
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from shared.deadline import give_up_at, request_deadline
from shared.errors import (
    ConnectorError,
    MalformedError,
    MethodError,
    TooLargeError,
    UnavailableError,
)
from shared.observability.log import request_lines
from shared.outcome import Outcome
from shared.settings.limits import Limits
from shared.web.concurrency import Admission, Arriving
from shared.web.cors import answer_headers, preflight_headers
from shared.web.request_log import RequestLog
from shared.web.responses import WEBHOOK, HttpResponse, ResponsePolicy
from shared.webhooks.delivery import Delivery, Head

Judge = Callable[[Head], object]
"""Judges a request by its headers, and raises what it is refused with."""

_LENGTH: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_NO_CONTENT: Final = 204
BODY_SECONDS: Final = 5.0
"""How long a body may take: no provider waits longer than ten seconds for the whole answer."""

MAX_HEADERS: Final = 100
MAX_HEADER_BYTES: Final = 32 * 1024
_GRACE_SECONDS: Final = 0.25  # for the handler to answer by itself


async def read_delivery(
    request: Request,
    arriving: Arriving,
    most: int = WEBHOOK.max_body_bytes,
    judge: Judge | None = None,
) -> Delivery:
    """Read a request's headers and body, and not one byte more than a delivery may have.

    Args:
        request: The request.
        arriving: Counts its body while it arrives.
        most: How many bytes its body may have.
        judge: Refuses, by its headers, what is not worth reading.

    Raises:
        MethodError: It is not a POST.
        TooLargeError: The body is larger than that, by its header or by its bytes; or there are
            more headers than a sender has.
        BadDelivery: `judge` refused it.
        MalformedError: The sender hung up before the body ended, or took too long.
        UnavailableError: The bodies in flight are as large as they may be.
    """
    if request.method != "POST":
        raise MethodError("deliveries are posted")
    head = _head(request)
    length = request.headers.get("content-length", "0")
    if not _LENGTH.fullmatch(length) or int(length) > most:
        raise TooLargeError(f"body: larger than {most} bytes")
    if judge is not None:
        judge(head)
    body = bytearray()
    try:
        async with arriving.until(give_up_at(BODY_SECONDS)):
            async for chunk in request.stream():
                if len(body) + len(chunk) > most:
                    raise TooLargeError(f"body: larger than {most} bytes")
                arriving.hold(len(chunk))
                body += chunk
    except TimeoutError:
        arriving.check()
        raise MalformedError("body: it did not arrive in time") from None
    except ClientDisconnect:
        raise MalformedError("body: the sender hung up") from None
    return Delivery(head.headers, bytes(body), peer=head.peer)


def _head(request: Request) -> Head:
    """Return a request's headers: so many as a sender has, and a proxy before us adds."""
    raw = request.headers.raw
    if len(raw) > MAX_HEADERS:
        raise TooLargeError(f"headers: more than {MAX_HEADERS}")
    if sum([len(name) + len(value) for name, value in raw]) > MAX_HEADER_BYTES:
        raise TooLargeError(f"headers: larger than {MAX_HEADER_BYTES} bytes")
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
    return Head(tuple(headers), peer=request.client.host if request.client else "")


async def respond(  # noqa: PLR0913 - who asks, what for, and within which bounds
    function: str,
    request: Request,
    take: Callable[[Delivery], Awaitable[list[Outcome]]],
    *,
    admission: Admission,
    limits: Limits,
    edge: ResponsePolicy = WEBHOOK,
    judge: Judge | None = None,
    origins: Callable[[], frozenset[str]] | None = None,
    request_log: RequestLog | None = None,
) -> Response:
    """Answer a request, whatever happens and in time, and log how it was answered.

    Args:
        function: The function's name, for the log.
        request: The request.
        take: Takes the delivery to its outcomes.
        admission: What the process has taken on.
        limits: How much that may be, and how long the answer may take.
        edge: How the sender is answered, and how large the body may be.
        judge: Refuses, by its headers, what is not worth reading.
        origins: Whose pages may post, for a function that pages post to.
        request_log: Writes the lines of the process; without one each request has its line.
    """

    async def deliver() -> list[Outcome]:
        with admission.receive(limits.deliveries_in_flight) as arriving:
            delivery = await read_delivery(request, arriving, edge.max_body_bytes, judge)
        with admission.admit(limits.deliveries_in_flight) as admitted:
            admitted.hold(len(delivery.body))
            return await take(delivery)

    with request_lines():
        started = time.perf_counter()
        cors: Mapping[str, str] = {}
        reason = ""
        try:
            allowed = origins() if origins else frozenset[str]()
            origin = request.headers.get("origin")
            cors = answer_headers(origin, allowed) if allowed else {}
            if request.method == "OPTIONS" and allowed and origin is not None:
                answer = HttpResponse(
                    _NO_CONTENT, "preflight", b"", preflight_headers(origin, allowed)
                )
            else:
                answer = edge.outcomes(await _in_time(deliver, limits.deadline_seconds))
        except ConnectorError as error:
            answer, reason = edge.error(error), str(error)
        except Exception as error:  # noqa: BLE001 - the edge: a traceback's text may hold a payload
            answer, reason = edge.error(error), _place(error)
        lines = request_log or RequestLog(function)
        lines.write(answer, reason, round((time.perf_counter() - started) * 1000, 1))
    return _response(answer, cors)


async def _in_time(
    deliver: Callable[[], Awaitable[list[Outcome]]], seconds: float
) -> list[Outcome]:
    """Take a delivery within the deadline.

    Everything that waits keeps the deadline by itself, and knows what to give back; that what
    does not is cut off is the last resort.
    """
    with request_deadline(seconds) as until:
        try:
            async with asyncio.timeout_at(until + _GRACE_SECONDS) as limit:
                return await deliver()
        except TimeoutError:
            if not limit.expired():
                raise  # somebody else's
            raise UnavailableError("no end within the deadline of the request") from None


def _place(error: Exception) -> str:
    """Return the kind and the place of a defect, never its text: that may quote a payload."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"{type(error).__name__} at {where}"


def _response(answer: HttpResponse, cors: Mapping[str, str]) -> Response:
    media_type = "application/json" if answer.body else None
    return Response(answer.body, answer.status, {**answer.headers, **cors}, media_type=media_type)
