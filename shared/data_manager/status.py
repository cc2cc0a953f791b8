"""Asks Google what became of a request that it took.

A look-up changes nothing, so it is tried again by whoever asks next. Whether it counts in the quota
of requests is not stated; whoever asks counts it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import httpx
import msgspec

from shared.data_manager.client import SCOPE
from shared.data_manager.status_answer import RequestStatus, UnreadableStatusError, read_status
from shared.deadline import give_up_at
from shared.google_cloud.access_token import AccessTokens
from shared.http_client import ConnectionProgress, SecretTransport, pooled_transport
from shared.secrets.secret import Secret
from shared.sinks.sending import SendResult, post

_WORD: Final = re.compile(r"[A-Z][A-Z0-9_]{1,119}", re.ASCII)
_PATH: Final = "/v1/requestStatus:retrieve"
_SECONDS: Final = 10.0
_TIMEOUT: Final = httpx.Timeout(_SECONDS, connect=2.0, pool=2.5).as_dict()
_OK: Final = 200
_UNAUTHORIZED: Final = 401
# A 404 may be about this request alone: it must not keep the others from being looked up.
_SETTINGS: Final = frozenset({401, 403})
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
# Reasons of Google's for a request that it does not know, or not any more.
_UNKNOWN: Final = frozenset({"INVALID_REQUEST_ID", "REQUEST_TOO_OLD"})


class TokenSource(Protocol):
    """Gives out tokens for the API."""

    async def get(self) -> Secret:
        """Return a token that holds for now."""
        ...

    def forget(self, token: Secret) -> None:
        """Give out another one next: this one was refused."""
        ...


class Unknown(msgspec.Struct, frozen=True):
    """Google does not know the request, or not any more.

    Attributes:
        reason: Google's name of why.
    """

    reason: str


class Refused(msgspec.Struct, frozen=True):
    """Google refuses the one who asks: rights, or a service that is not switched on.

    Attributes:
        reason: The HTTP status and Google's names of why.
    """

    reason: str


class Busy(msgspec.Struct, frozen=True):
    """The quota is used up."""


class Away(msgspec.Struct, frozen=True):
    """Google is out of reach.

    Attributes:
        reason: A kind of transport error, or an HTTP status.
    """

    reason: str


class Failed(msgspec.Struct, frozen=True):
    """Google answered this question with something else than a status.

    Attributes:
        reason: An HTTP status, or what cannot be read.
    """

    reason: str


LookUp = RequestStatus | Unknown | Refused | Busy | Away | Failed


class StatusApi:
    """Looks up requests over kept connections.

    Args:
        endpoint: `https://datamanager.googleapis.com`, or loopback.
        tokens: Gives out tokens; None for a stand-in, which gets none.
        transport: Replaces the network in tests.
    """

    def __init__(
        self,
        endpoint: str,
        tokens: TokenSource | None,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._url = httpx.URL(endpoint + _PATH)
        self._tokens = tokens
        self._transport = SecretTransport((transport or pooled_transport)(), _with_token)

    async def look_up(self, request_id: str) -> LookUp:
        """Return how a request stands.

        Args:
            request_id: As `events:ingest` answered.

        Raises:
            MisconfiguredError: This function has no credentials, or may not use them so.
            UnavailableError: Nobody gives out tokens now.
        """
        token = None if self._tokens is None else await self._tokens.get()
        request = httpx.Request(
            "GET",
            self._url.copy_merge_params({"requestId": request_id}),
            headers={"user-agent": "ga4-connectors", "accept-encoding": "identity"},
            extensions={"token": token, "timeout": _TIMEOUT},
        )
        answer = await post(self._transport, request, give_up_at(_SECONDS), ConnectionProgress())
        if isinstance(answer, SendResult):
            return Away(answer.detail)
        if answer.status_code == _UNAUTHORIZED and self._tokens is not None and token is not None:
            self._tokens.forget(token)
        return _read(answer)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._transport.aclose()


def open_status_api(endpoint: str, clock: Callable[[], datetime]) -> StatusApi:
    """Return the way to Google, or to a stand-in.

    Args:
        endpoint: `https://datamanager.googleapis.com`, or loopback.
        clock: The current time, UTC.
    """
    # A stand-in gets no token: nothing there is Google's, and the token opens more than it.
    asks_google = endpoint.startswith("https:")
    return StatusApi(endpoint, AccessTokens(SCOPE, clock) if asks_google else None)


def _read(answer: httpx.Response) -> LookUp:
    status = answer.status_code
    if status == _OK:
        try:
            return read_status(answer.content)
        except UnreadableStatusError as error:
            return Failed(str(error))
    reasons = _reasons(answer.content)
    if unknown := _UNKNOWN.intersection(reasons):
        return Unknown(min(unknown))
    said = " ".join((str(status), *reasons))
    if status in _SETTINGS:
        return Refused(said)
    if status == _TOO_MANY:
        return Busy()
    return Away(said) if status == _UNAVAILABLE else Failed(said)


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Detail(msgspec.Struct, frozen=True, rename="camel"):
    reason: str = ""
    field_violations: list[_Reason] = []


class _Error(msgspec.Struct, frozen=True):
    status: str = ""
    details: list[_Detail] = []


class _Answer(msgspec.Struct, frozen=True):
    error: _Error


def _reasons(body: bytes) -> list[str]:
    """Return Google's names of why it gave no status; none of an answer that is not Google's."""
    try:
        error = msgspec.json.decode(body, type=_Answer).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    named = [error.status]
    for detail in error.details:
        named += [detail.reason, *(each.reason for each in detail.field_violations)]
    return [name for name in dict.fromkeys(named) if _WORD.fullmatch(name)]


def _with_token(request: httpx.Request) -> tuple[httpx.URL, httpx.Headers]:
    token: Secret | None = request.extensions["token"]
    headers = request.headers.copy()
    if token is not None:
        headers["authorization"] = f"Bearer {token.reveal()}"
    return request.url, headers
