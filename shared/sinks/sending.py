"""What becomes of a request to Google, and how often it is tried.

Google answers 2xx to almost whatever arrives, so what matters is to distinguish what was surely
not sent from what may have been (docs/decisions/0003-unclear-answers.md).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

import httpx
import msgspec

from shared.changed import replace
from shared.deadline import give_up_at
from shared.domain.sink import Receipt
from shared.http_client import (
    ConnectionProgress,
    kind_of,
    nothing_was_sent,
    track_connection,
)

ATTEMPTS: Final = 3
DEADLINE_SECONDS: Final = 7.0  # and never beyond the deadline of the whole request
MAX_RETRY_AFTER_SECONDS: Final = 120.0
"""No answer of anybody's keeps a process from sending for longer."""

_BACKOFF_SECONDS: Final = 0.15
# The user's data and the address, as each API names them.
_PERSONAL: Final = (b'"user_data":', b'"ip_override":', b'"userData":', b'"ipAddress":')


class SendStatus(StrEnum):
    """What became of a request."""

    ACCEPTED = "taken"
    REJECTED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unclear"


class SendResult(msgspec.Struct, frozen=True):
    """What became of a request, and how it is known.

    Attributes:
        status: See `SendStatus`. Google's word counts over a doubt, a doubt over a failure to
            connect.
        detail: An HTTP status, Google's reason or a kind of transport error.
        attempts: How often it was tried.
        retry_after: Seconds that Google wants to be left alone, where it says so.
        refused_settings: Whether Google refused rights or ids: no event of the stream gets through.
        receipt: Where the event's fate can be asked for later, where the sink says that.
    """

    status: SendStatus
    detail: str
    attempts: int = 1
    retry_after: float | None = None
    refused_settings: bool = False
    receipt: Receipt | None = None


class Outgoing(msgspec.Struct, frozen=True):
    """An event as a sink sends it.

    Attributes:
        body: The exact bytes; after an unclear answer the same are sent again.
        notes: What had to be changed or left out for it.
    """

    body: bytes
    notes: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether the ledger must not keep the bytes; to be sent again it is built again."""
        return any(name in self.body for name in _PERSONAL)


class Refusal(msgspec.Struct, frozen=True):
    """An event that a sink would not take.

    Attributes:
        reason: Every fault with its path; never a value.
    """

    reason: str


async def post(
    transport: httpx.AsyncBaseTransport,
    request: httpx.Request,
    until: float,
    progress: ConnectionProgress,
) -> httpx.Response | SendResult:
    """Send a request; return its whole answer, or what no answer means.

    Args:
        transport: The way.
        request: What to send.
        until: The loop's time at which waiting ends.
        progress: Says at any time how far it came.
    """
    with track_connection(progress):
        try:
            async with asyncio.timeout_at(until):
                response = await transport.handle_async_request(request)
                try:
                    await response.aread()  # a connection is free once its answer is read
                finally:
                    await response.aclose()
        except httpx.RequestError as error:
            unsent, why = progress.connecting or nothing_was_sent(error), kind_of(error)
        except TimeoutError:
            unsent, why = progress.connecting, "TimeoutError"
        else:
            return response
    return SendResult(SendStatus.NOT_SENT if unsent else SendStatus.UNKNOWN, why)


async def send_in_time(
    attempt: Callable[[float], Awaitable[SendResult]], backoff: "Backoff", *, resend: bool
) -> SendResult:
    """Try to send something, within the deadline, and return what became of it.

    Args:
        attempt: Sends it once, until a moment of the loop's time.
        backoff: What its process waits in between.
        resend: Whether a duplicate does no harm, so that an unclear answer may be tried again.
    """
    until = give_up_at(DEADLINE_SECONDS)
    result = SendResult(SendStatus.NOT_SENT, "no time is left", 0)
    unclear: SendResult | None = None
    for number in range(1, ATTEMPTS + 1):
        if not await backoff.over(before=until, attempt=number):
            break
        result = replace(await attempt(until), attempts=number)
        if result.refused_settings or result.status in (SendStatus.ACCEPTED, SendStatus.REJECTED):
            break
        if result.status is SendStatus.UNKNOWN:
            unclear = result
            if not resend:
                break
    if unclear is not None and result.status in (SendStatus.UNKNOWN, SendStatus.NOT_SENT):
        return replace(unclear, attempts=result.attempts)
    if result.status is SendStatus.NOT_SENT:
        return replace(result, retry_after=backoff.seconds)
    return result


class Backoff:
    """What one process waits before it asks Google again; every delivery of it waits alike."""

    def __init__(self) -> None:
        self._resume_at = 0.0

    @property
    def seconds(self) -> float | None:
        """How long Google still wants to be left alone; None when it does not."""
        left = self._resume_at - asyncio.get_running_loop().time()
        return left if left > 0 else None

    def wanted(self, seconds: float) -> None:
        """Put down that Google wants to be left alone for so long."""
        resume_at = asyncio.get_running_loop().time() + seconds
        self._resume_at = max(self._resume_at, resume_at)

    async def over(self, *, before: float, attempt: int) -> bool:
        """Wait until a request may leave, or say at once that it is too late for that.

        Args:
            before: The loop's time at which it is too late.
            attempt: Its number, from 1; the first waits only for Google's word.
        """
        now = asyncio.get_running_loop().time()
        backoff = _BACKOFF_SECONDS * 2 ** (attempt - 2) if attempt > 1 else 0.0
        wait = max(backoff, self._resume_at - now)
        if wait > 0:
            # Who waits for one moment is spread over it, and over a little more.
            wait *= random.uniform(1, 1.5)  # noqa: S311 - jitter
        if now + wait >= before:
            return False
        if wait > 0:
            await asyncio.sleep(wait)
        return True


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of `Retry-After`, bounded; None where it says nothing that can be read.

    A date is taken against the answer's own `Date`: the difference needs no clock of ours.

    Args:
        headers: The answer's; their names are found whatever their case.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), MAX_RETRY_AFTER_SECONDS)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):  # no date, or one without a zone beside one with
        return None
    return min(max(wait.total_seconds(), 0.0), MAX_RETRY_AFTER_SECONDS)
