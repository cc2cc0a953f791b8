"""The Measurement Protocol: one event a request, and 2xx for whatever arrives.

A 2xx means *taken*, never *recorded*.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

import httpx

from shared.deadline import give_up_at
from shared.domain.attributed import AttributedConversion
from shared.ga4.check import ValidRequest
from shared.http_client import ConnectionProgress, SecretTransport, pooled_transport
from shared.secrets.secret import Secret
from shared.sinks.sending import (
    Backoff,
    Outgoing,
    SendResult,
    SendStatus,
    post,
    retry_after,
    send_in_time,
)

ATTEMPT_SECONDS: Final = 3.0

_SERVER_ERROR: Final = 500
_SUCCESS: Final = range(200, 300)
_TIMEOUT: Final = httpx.Timeout(ATTEMPT_SECONDS, connect=2.0, pool=2.5)
_TIMEOUT_EXTENSION: Final = _TIMEOUT.as_dict()
# Answers that say the request was not processed. 408: it never arrived as a whole. Of other server
# errors nobody knows.
_NOT_PROCESSED: Final = frozenset({408, 429, 503})


class MeasurementProtocol:
    """Posts valid requests to one stream over kept connections.

    Args:
        endpoint: `https://www.google-analytics.com`, the EU host, or loopback.
        stream_id: The web stream, `G-…`, or the app's Firebase id.
        app: Whether it is an app's stream.
        api_secret: Returns the stream's secret.
        transport: Replaces the network in tests.
    """

    def __init__(
        self,
        endpoint: str,
        stream_id: str,
        api_secret: Callable[[], Awaitable[Secret]],
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
        self._backoff = Backoff()
        self._api_secret = api_secret

    def outgoing(self, request: ValidRequest, _: AttributedConversion, __: datetime) -> Outgoing:
        """Return what is sent: the request's own bytes."""
        return Outgoing(request.body, request.repairs)

    async def credential(self) -> Secret:
        """Return the api_secret.

        Raises:
            MisconfiguredError: It is not where the settings say.
            UnavailableError: Secret Manager is out of reach.
        """
        return await self._api_secret()

    async def send(self, body: bytes, api_secret: Secret, *, resend: bool) -> SendResult:
        """Post a request, within the deadline, and return what became of it.

        Args:
            body: What to send.
            api_secret: The stream's secret; it appears in the URL on the wire and nowhere else.
            resend: Whether a duplicate does no harm, so that an unclear answer may be retried.
        """
        return await send_in_time(
            partial(self._attempt, body, api_secret), self._backoff, resend=resend
        )

    async def _attempt(self, body: bytes, api_secret: Secret, until: float) -> SendResult:
        built = httpx.Request(
            "POST",
            self._url,
            headers=httpx.Headers((*self._headers, (b"content-length", b"%d" % len(body)))),
            stream=httpx.ByteStream(body),
            extensions={"api_secret": api_secret, "timeout": _TIMEOUT_EXTENSION},
        )
        until = min(until, give_up_at(ATTEMPT_SECONDS))
        answer = await post(self._transport, built, until, ConnectionProgress())
        if isinstance(answer, SendResult):
            return answer
        status = answer.status_code
        if status in _SUCCESS:
            return SendResult(SendStatus.ACCEPTED, str(status))
        if status in _NOT_PROCESSED:
            self._backoff.wanted(retry_after(answer.headers) or 0.0)
            return SendResult(SendStatus.NOT_SENT, str(status))
        unclear = status >= _SERVER_ERROR
        return SendResult(SendStatus.UNKNOWN if unclear else SendStatus.REJECTED, str(status))

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
