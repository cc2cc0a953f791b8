"""The way to GA4.

GA4 answers 2xx to whatever arrives, so a 2xx means *taken*, never *recorded*. What matters is
to distinguish what was surely not sent from what may have been
(docs/decisions/0003-unclear-answers.md).
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

import httpx

from shared.changed import replace
from shared.deadline import give_up_at
from shared.ga4.check import ValidRequest
from shared.http_client import (
    TRANSPORT_ERRORS,
    SecretTransport,
    kind_of,
    nothing_was_sent,
    pooled_transport,
    track_connection,
)
from shared.secrets.secret import Secret

ATTEMPTS: Final = 3
DEADLINE_SECONDS: Final = 7.0  # and never beyond the deadline of the whole request
ATTEMPT_SECONDS: Final = 3.0
MAX_RETRY_AFTER_SECONDS: Final = 120.0
"""No answer of anybody's keeps a process from sending for longer."""

_BACKOFF_SECONDS: Final = 0.15
_SERVER_ERROR: Final = 500
_SUCCESS: Final = range(200, 300)
_TIMEOUT: Final = httpx.Timeout(ATTEMPT_SECONDS, connect=2.0, pool=2.5)
_TIMEOUT_EXTENSION: Final = _TIMEOUT.as_dict()
# Answers that say the request was not processed. Of other server errors nobody knows.
_NOT_PROCESSED: Final = frozenset({429, 503})


class SendStatus(StrEnum):
    """What became of a request."""

    ACCEPTED = "taken"
    REJECTED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unclear"


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of a request, and how it is known.

    Attributes:
        fate: See `SendStatus`. GA4's word counts over a doubt, a doubt over a failure to
            connect.
        detail: An HTTP status or a kind of transport error.
        attempts: How often it was tried.
        retry_after: Seconds that GA4 wants to be left alone, where it says so.
    """

    status: SendStatus
    detail: str
    attempts: int
    retry_after: float | None = None


class MeasurementProtocol:
    """Posts valid requests to one stream over kept connections.

    Args:
        endpoint: `https://www.google-analytics.com`, the EU host, or loopback.
        stream_id: The web stream, `G-…`, or the app's Firebase id.
        app: Whether it is an app's stream.
        transport: Replaces the network in tests.
    """

    def __init__(
        self,
        endpoint: str,
        stream_id: str,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
        *,
        app: bool = False,
    ) -> None:
        name = "firebase_app_id" if app else "measurement_id"
        self._url = httpx.URL(f"{endpoint}/mp/collect", params={name: stream_id})
        # The transport itself and no client: what a client adds (redirects, cookies, merging)
        # is not wanted here, and costs as much as the request.
        self._transport = SecretTransport((transport or pooled_transport)(), _WithSecret(self._url))
        self._headers = (
            (b"host", self._url.netloc),
            (b"content-type", b"application/json"),
            (b"user-agent", b"ga4-connectors"),
            (b"accept-encoding", b"identity"),
        )
        self._pause = Backoff()

    async def send(self, request: ValidRequest, api_secret: Secret, *, resend: bool) -> SendResult:
        """Post a request, within the deadline, and return what became of it.

        Args:
            request: What to send.
            api_secret: The stream's secret; it appears in the URL on the wire and nowhere else.
            resend: Whether a duplicate does no harm, so that an unclear answer may be retried.
        """
        until = give_up_at(DEADLINE_SECONDS)
        receipt = SendResult(SendStatus.NOT_SENT, "no time is left", 0)
        unclear: SendResult | None = None
        for attempt in range(1, ATTEMPTS + 1):
            if not await self._pause.over(before=until, attempt=attempt):
                break
            fate, detail = await self._attempt(request, api_secret, until)
            receipt = SendResult(fate, detail, attempt)
            if fate in (SendStatus.ACCEPTED, SendStatus.REJECTED):
                return receipt
            if fate is SendStatus.UNKNOWN:
                unclear = receipt
                if not resend:
                    break
        if unclear is not None:
            return replace(unclear, attempts=receipt.attempts)
        return replace(receipt, retry_after=self._pause.seconds)

    async def _attempt(
        self, request: ValidRequest, api_secret: Secret, until: float
    ) -> tuple[SendStatus, str]:
        built = httpx.Request(
            "POST",
            self._url,
            headers=httpx.Headers((*self._headers, (b"content-length", b"%d" % len(request.body)))),
            stream=httpx.ByteStream(request.body),
            extensions={"api_secret": api_secret, "timeout": _TIMEOUT_EXTENSION},
        )
        with track_connection() as way:
            try:
                async with asyncio.timeout_at(min(until, give_up_at(ATTEMPT_SECONDS))):
                    response = await self._transport.handle_async_request(built)
                    try:
                        await response.aread()  # a connection is free once its answer is read
                    finally:
                        await response.aclose()
            except TRANSPORT_ERRORS as error:
                unsent = way.connecting or nothing_was_sent(error)
                return (SendStatus.NOT_SENT if unsent else SendStatus.UNKNOWN), kind_of(error)
            except TimeoutError:
                return (
                    SendStatus.NOT_SENT if way.connecting else SendStatus.UNKNOWN
                ), "TimeoutError"
        status = response.status_code
        if status in _SUCCESS:
            return SendStatus.ACCEPTED, str(status)
        if status in _NOT_PROCESSED:
            self._pause.wanted(retry_after(response.headers) or 0.0)
            return SendStatus.NOT_SENT, str(status)
        return (SendStatus.UNKNOWN if status >= _SERVER_ERROR else SendStatus.REJECTED), str(status)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._transport.aclose()


class _WithSecret:
    """Puts the api_secret into the URL; the whole is kept while the secret is: parsing costs."""

    def __init__(self, url: httpx.URL) -> None:
        self._url = url
        self._last: tuple[Secret, httpx.URL] | None = None

    def __call__(self, request: httpx.Request) -> tuple[httpx.URL, httpx.Headers]:
        secret: Secret = request.extensions["api_secret"]
        if self._last is None or self._last[0] != secret:
            whole = self._url.copy_merge_params({"api_secret": secret.reveal()})
            self._last = (secret, whole)
        return self._last[1], request.headers


class Backoff:
    """What one process waits before it asks GA4 again; every delivery of it waits alike."""

    def __init__(self) -> None:
        self._resume_at = 0.0

    @property
    def seconds(self) -> float | None:
        """How long GA4 still wants to be left alone; None when it does not."""
        left = self._resume_at - asyncio.get_running_loop().time()
        return left if left > 0 else None

    def wanted(self, seconds: float) -> None:
        """Put down that GA4 wants to be left alone for so long."""
        resume_at = asyncio.get_running_loop().time() + seconds
        self._resume_at = max(self._resume_at, resume_at)

    async def over(self, *, before: float, attempt: int) -> bool:
        """Wait until a request may leave, or say at once that it is too late for that.

        Args:
            before: The loop's time at which it is too late.
            attempt: Its number, from 1; the first waits only for GA4's word.
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
