"""The HTTP edge: from a Starlette request to a delivery, from an answer to a response."""

import re
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from shared.answers import Answer, to_error, to_outcomes
from shared.errors import ConnectorError, MalformedError, MethodError, TooLargeError
from shared.observability.log import Severity, log
from shared.outcomes import Outcome
from shared.payments.delivery import Delivery

MAX_BODY_BYTES: Final = 1024 * 1024
_LENGTH: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_SERVER_ERROR: Final = 500


async def read_delivery(request: Request) -> Delivery:
    """Read a request's headers and body, and not one byte more than a delivery may have.

    Raises:
        MethodError: It is not a POST.
        TooLargeError: The body is larger than 1 MiB, by its header or by its bytes.
        MalformedError: The sender hung up before the body ended.
    """
    if request.method != "POST":
        raise MethodError("deliveries are posted")
    length = request.headers.get("content-length", "0")
    if not _LENGTH.fullmatch(length) or int(length) > MAX_BODY_BYTES:
        raise TooLargeError(f"body: larger than {MAX_BODY_BYTES} bytes")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise TooLargeError(f"body: larger than {MAX_BODY_BYTES} bytes")
    except ClientDisconnect:
        raise MalformedError("body: the sender hung up") from None
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
    )
    return Delivery(headers, bytes(body))


async def respond(
    function: str, request: Request, take: Callable[[Delivery], Awaitable[list[Outcome]]]
) -> Response:
    """Answer a request, whatever happens, and log how it was answered.

    Args:
        function: The function's name, for the log.
        request: The request.
        take: Takes the delivery to its outcomes.
    """
    started = time.perf_counter()
    try:
        answer = to_outcomes(await take(await read_delivery(request)))
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


def _place(error: Exception) -> str:
    """Return the kind and the place of a defect, never its text: that may quote a payload."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"{type(error).__name__} at {where}"


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), media_type="application/json")
