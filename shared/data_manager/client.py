"""The Data Manager API as a sink: events leave together, and each is answered for itself.

docs/decisions/0062-two-ways-to-ga4.md says why each answer ends as it does. The wire is plain
httpx: Google's own client repeats what got no answer by itself, refunds too.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import httpx

from shared.data_manager.answers import Blamed, read_answer
from shared.data_manager.batches import Batches
from shared.data_manager.destination import Destination
from shared.data_manager.mapping import Extra, Refused, as_event
from shared.deadline import give_up_at
from shared.domain.attributed import AttributedConversion
from shared.ga4.check import ValidRequest
from shared.google_cloud.access_token import AccessTokens
from shared.http_client import ConnectionProgress, SecretTransport, pooled_transport
from shared.secrets.secret import Secret
from shared.sinks.sending import (
    Backoff,
    Outgoing,
    Refusal,
    SendResult,
    SendStatus,
    post,
    send_in_time,
)

SCOPE: Final = "https://www.googleapis.com/auth/datamanager"
INGEST: Final = "/v1/events:ingest"
ATTEMPT_SECONDS: Final = 5.0
_TIMEOUT: Final = httpx.Timeout(ATTEMPT_SECONDS, connect=2.0, pool=2.5).as_dict()
_UNAUTHORIZED: Final = 401
_NO_TOKEN: Final = Secret("")


class DataManager:
    """Sends the events of one stream.

    Args:
        endpoint: `https://datamanager.googleapis.com`, or loopback.
        destination: The stream.
        clock: The current time, UTC.
        transport: Replaces the network in tests.
    """

    def __init__(
        self,
        endpoint: str,
        destination: Destination,
        clock: Callable[[], datetime],
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._url = httpx.URL(endpoint + INGEST)
        self._ads = destination.ads is not None
        self._before = (
            b'{"destinations":%s,"encoding":"HEX","events":['
            % json.dumps(destination.as_json(), separators=(",", ":")).encode()
        )
        # A stand-in gets no token: nothing here is Google's, and the token opens more than it.
        self._tokens = AccessTokens(SCOPE, clock) if self._url.scheme == "https" else None
        self._transport = SecretTransport((transport or pooled_transport)(), _with_token)
        self._batches = Batches(self._post)
        self._backoff = Backoff()

    def outgoing(
        self, request: ValidRequest, attributed: AttributedConversion, now: datetime
    ) -> Outgoing | Refusal:
        """Return the event as the API takes it, or why it would refuse it."""
        context = attributed.conversion.context
        extra = Extra(click_ids=context.click_ids, user_data=context.user_data)
        event = as_event(request.document, extra=extra, ads=self._ads, now=now)
        if isinstance(event, Refused):
            return Refusal(event.reason)
        return Outgoing(event.body, request.repairs + event.notes)

    async def credential(self) -> Secret:
        """Return an access token; an empty one for a stand-in.

        Raises:
            MisconfiguredError: This function has no credentials, or may not use them so.
            UnavailableError: Nobody gives out tokens now.
        """
        return _NO_TOKEN if self._tokens is None else await self._tokens.get()

    async def send(self, body: bytes, token: Secret, *, resend: bool) -> SendResult:
        """Send an event, together with those that come at the same time.

        Args:
            body: The event.
            token: The access token.
            resend: Whether a duplicate does no harm, so that an unclear answer may be retried.
        """
        return await send_in_time(partial(self._attempt, body, token), self._backoff, resend=resend)

    async def validate(self, body: bytes, token: Secret) -> SendResult:
        """Ask whether an event would be taken: rights and ids are checked, nothing is recorded.

        Args:
            body: The event.
            token: The access token.
        """
        progress = ConnectionProgress()
        answer = await self._post([body], token, progress, validate_only=True)
        if isinstance(answer, SendResult):
            return answer
        if answer.is_success:  # there is no request whose status could be asked for
            return SendResult(SendStatus.ACCEPTED, str(answer.status_code))
        read = read_answer(answer, 1)
        if isinstance(read, Blamed):
            return SendResult(SendStatus.REJECTED, read.reasons.get(0, read.reason))
        return read if isinstance(read, SendResult) else read[0]

    async def close(self) -> None:
        """Close the kept connections."""
        await self._batches.close()
        await self._transport.aclose()

    async def _attempt(self, body: bytes, token: Secret, until: float) -> SendResult:
        result = await self._batches.send(body, token, until)
        if result.retry_after is not None:
            self._backoff.wanted(result.retry_after)
        return result

    async def _post(
        self,
        events: Sequence[bytes],
        token: Secret,
        progress: ConnectionProgress,
        *,
        validate_only: bool = False,
    ) -> httpx.Response | SendResult:
        after = b'],"validateOnly":true}' if validate_only else b"]}"
        request = httpx.Request(
            "POST",
            self._url,
            headers={
                "content-type": "application/json",
                "user-agent": "ga4-connectors",
                "accept-encoding": "identity",
            },
            content=self._before + b",".join(events) + after,
            extensions={"token": token, "timeout": _TIMEOUT},
        )
        answer = await post(self._transport, request, give_up_at(ATTEMPT_SECONDS), progress)
        unauthorized = isinstance(answer, httpx.Response) and answer.status_code == _UNAUTHORIZED
        if unauthorized and self._tokens is not None:
            self._tokens.forget(token)
        return answer


def _with_token(request: httpx.Request) -> tuple[httpx.URL, httpx.Headers]:
    token: Secret = request.extensions["token"]
    headers = request.headers.copy()
    if token != _NO_TOKEN:
        headers["authorization"] = f"Bearer {token.reveal()}"
    return request.url, headers
