"""The HTTP edge: from a Starlette request to a delivery, from an answer to a response."""

import asyncio
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
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
from shared.observability.log import Severity, log
from shared.outcome import Outcome
from shared.settings.limits import Limits
from shared.web.concurrency import Admission, Admitted
from shared.web.cors import answer_headers, preflight_headers
from shared.web.responses import WEBHOOK, HttpResponse, ResponsePolicy
from shared.webhooks.delivery import Delivery

_LENGTH: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_NO_CONTENT: Final = 204
_SERVER_ERROR: Final = 500
_GRACE_SECONDS: Final = 0.25  # for whoever keeps the deadline to say so itself


async def read_delivery(
    request: Request, admitted: Admitted, most: int = WEBHOOK.max_body_bytes
) -> Delivery:
    """Read a request's headers and body, and not one byte more than a delivery may have.

    Args:
        request: The request.
        admitted: Its place among the deliveries in flight.
        most: How many bytes its body may have.

    Raises:
        MethodError: It is not a POST.
        TooLargeError: The body is larger than that, by its header or by its bytes.
        MalformedError: The sender hung up before the body ended, or took too long.
        UnavailableError: The bodies in flight are as large as they may be.
    """
    if request.method != "POST":
        raise MethodError("deliveries are posted")
    length = request.headers.get("content-length", "0")
    if not _LENGTH.fullmatch(length) or int(length) > most:
        raise TooLargeError(f"body: larger than {most} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout_at(give_up_at()):
            async for chunk in request.stream():
                if len(body) + len(chunk) > most:
                    raise TooLargeError(f"body: larger than {most} bytes")
                admitted.hold(len(chunk))
                body += chunk
    except TimeoutError:
        raise MalformedError("body: it did not arrive in time") from None
    except ClientDisconnect:
        raise MalformedError("body: the sender hung up") from None
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
    )
    return Delivery(headers, bytes(body))


async def respond(  # noqa: PLR0913 - who asks, what for, and within which bounds
    function: str,
    request: Request,
    take: Callable[[Delivery], Awaitable[list[Outcome]]],
    *,
    admission: Admission,
    limits: Limits,
    edge: ResponsePolicy = WEBHOOK,
    origins: Callable[[], frozenset[str]] | None = None,
) -> Response:
    """Answer a request, whatever happens and in time, and log how it was answered.

    Args:
        function: The function's name, for the log.
        request: The request.
        take: Takes the delivery to its outcomes.
        admission: What the process has taken on.
        limits: How much that may be, and how long the answer may take.
        edge: How the sender is answered, and how large the body may be.
        origins: Whose pages may post, for a function that pages post to.
    """
    started = time.perf_counter()
    cors: Mapping[str, str] = {}
    reason = ""
    try:
        allowed = origins() if origins else frozenset[str]()
        origin = request.headers.get("origin")
        cors = answer_headers(origin, allowed) if allowed else {}
        if request.method == "OPTIONS" and allowed and origin is not None:
            answer = HttpResponse(_NO_CONTENT, "preflight", b"", preflight_headers(origin, allowed))
        else:
            with admission.admit(limits.deliveries_in_flight) as admitted:
                reading = partial(read_delivery, request, admitted, edge.max_body_bytes)
                answer = edge.outcomes(await _in_time(reading, take, limits.deadline_seconds))
    except ConnectorError as error:
        answer, reason = edge.error(error), str(error)
    except Exception as error:  # noqa: BLE001 - the edge: a traceback's text may hold a payload
        answer, reason = edge.error(error), _place(error)
    log(
        "request",
        Severity.ERROR if answer.status >= _SERVER_ERROR else Severity.INFO,
        function=function,
        outcome=answer.outcome,
        status=answer.status,
        reason=reason,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return _response(answer, cors)


async def _in_time(
    reading: Callable[[], Awaitable[Delivery]],
    take: Callable[[Delivery], Awaitable[list[Outcome]]],
    seconds: float,
) -> list[Outcome]:
    """Take a delivery within the deadline.

    Everything that waits keeps the deadline by itself, and knows what to give back; that what
    does not is cut off is the last resort.
    """
    with request_deadline(seconds) as until:
        try:
            async with asyncio.timeout_at(until + _GRACE_SECONDS) as limit:
                return await take(await reading())
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
