"""The HTTP edge: from a Starlette request to a delivery, from an answer to a response."""

import asyncio
import re
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from shared.admission import Admission, Admitted
from shared.answers import Answer, to_error, to_outcomes
from shared.deadline import give_up_at, request_deadline
from shared.errors import (
    ConnectorError,
    MalformedError,
    MethodError,
    TooLargeError,
    UnavailableError,
)
from shared.observability.log import Severity, log
from shared.outcomes import Outcome
from shared.payments.delivery import Delivery
from shared.settings.limits import Limits

MAX_BODY_BYTES: Final = 1024 * 1024
_LENGTH: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_SERVER_ERROR: Final = 500
_GRACE_SECONDS: Final = 0.25  # for whoever keeps the deadline to say so itself


async def read_delivery(request: Request, admitted: Admitted) -> Delivery:
    """Read a request's headers and body, and not one byte more than a delivery may have.

    Args:
        request: The request.
        admitted: Its place among the deliveries in flight.

    Raises:
        MethodError: It is not a POST.
        TooLargeError: The body is larger than 1 MiB, by its header or by its bytes.
        MalformedError: The sender hung up before the body ended, or took too long.
        UnavailableError: The bodies in flight are as large as they may be.
    """
    if request.method != "POST":
        raise MethodError("deliveries are posted")
    length = request.headers.get("content-length", "0")
    if not _LENGTH.fullmatch(length) or int(length) > MAX_BODY_BYTES:
        raise TooLargeError(f"body: larger than {MAX_BODY_BYTES} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout_at(give_up_at()):
            async for chunk in request.stream():
                if len(body) + len(chunk) > MAX_BODY_BYTES:
                    raise TooLargeError(f"body: larger than {MAX_BODY_BYTES} bytes")
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


async def respond(
    function: str,
    request: Request,
    take: Callable[[Delivery], Awaitable[list[Outcome]]],
    *,
    admission: Admission,
    limits: Limits,
) -> Response:
    """Answer a request, whatever happens and in time, and log how it was answered.

    Args:
        function: The function's name, for the log.
        request: The request.
        take: Takes the delivery to its outcomes.
        admission: What the process has taken on.
        limits: How much that may be, and how long the answer may take.
    """
    started = time.perf_counter()
    try:
        with admission.admit(limits.deliveries_in_flight) as admitted:
            answer = to_outcomes(await _in_time(request, take, admitted, limits.deadline_seconds))
        reason = ""
    except ConnectorError as error:
        answer, reason = to_error(error), str(error)
    except Exception as error:  # noqa: BLE001 - the edge: a traceback's text may hold a payload
        answer, reason = to_error(error), _place(error)
    log(
        "request",
        Severity.ERROR if answer.status >= _SERVER_ERROR else Severity.INFO,
        function=function,
        status=answer.status,
        reason=reason,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return _response(answer)


async def _in_time(
    request: Request,
    take: Callable[[Delivery], Awaitable[list[Outcome]]],
    admitted: Admitted,
    seconds: float,
) -> list[Outcome]:
    """Take a delivery within the deadline.

    Everything that waits keeps the deadline by itself, and knows what to give back; that what
    does not is cut off is the last resort.
    """
    with request_deadline(seconds) as until:
        try:
            async with asyncio.timeout_at(until + _GRACE_SECONDS) as limit:
                return await take(await read_delivery(request, admitted))
        except TimeoutError:
            if not limit.expired():
                raise  # somebody else's
            raise UnavailableError("no end within the deadline of the request") from None


def _place(error: Exception) -> str:
    """Return the kind and the place of a defect, never its text: that may quote a payload."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"{type(error).__name__} at {where}"


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), media_type="application/json")
