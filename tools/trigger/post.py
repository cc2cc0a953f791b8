"""Signs a delivery, posts it, and says what became of it."""

import base64
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from shared.errors import MalformedError
from shared.providers.registry import PROVIDERS
from shared.web.responses import OUTCOME_HEADER
from shared.webhooks.delivery import VerifiedDelivery
from tools.changed import replace
from tools.errors import FailedError
from tools.traffic.request import Request
from tools.trigger.deliveries import Delivery
from tools.trigger.target import Target

TOKEN_HEADER: Final = "x-push-token"  # noqa: S105 - a name
"""Where a push brings its token."""


_SECONDS: Final = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True)
class Signed:
    """A delivery that can be posted, once or more often.

    Attributes:
        name: Its kind.
        url: Where.
        request: The exact bytes and headers.
    """

    name: str
    url: str
    request: Request


@dataclass(frozen=True)
class Answer:
    """What was answered.

    Attributes:
        name: The delivery's kind.
        status: The HTTP status. None: nobody answered.
        outcome: What became of it, in the function's word. None where it does not say.
        reason: Why, where there is a reason.
        transaction_id: What GA4 knows it by, where the function says.
        event_id: The id that the sender gave the event, where there is one.
    """

    name: str
    status: int | None
    outcome: str | None
    reason: str | None
    transaction_id: str | None
    event_id: str | None

    @property
    def is_success(self) -> bool:
        """Whether the sender has nothing more to do."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP


async def sign(delivery: Delivery, target: Target, *, now: int) -> Signed:
    """Sign a delivery for a target.

    Args:
        delivery: What is to be posted.
        target: Where.
        now: The present moment, Unix seconds.

    Raises:
        FailedError: The stack has no such function, or the secret has not the sender's form.
        MisconfiguredError: The secret is not where its reference says.
        UnavailableError: Secret Manager is out of reach.
    """
    url = target.address(delivery)
    request = delivery.request
    secret = await target.secret(request.sender)
    if secret is None:
        return Signed(delivery.name, url, request)
    if request.sender == "pubsub":
        headers = {**request.headers, TOKEN_HEADER: secret.reveal()}
        return Signed(delivery.name, url, replace(request, headers=headers))
    try:
        return Signed(delivery.name, url, request.signed(secret.reveal(), now=now))
    except ValueError:
        raise FailedError(f"the secret of {request.sender} is not whsec_ and base64") from None


async def post(client: aiohttp.ClientSession, signed: Signed) -> Answer:
    """Post a signed delivery, exactly as it is, and return what was answered.

    Args:
        client: Makes the request.
        signed: What is posted.
    """
    event_id = event_id_of(signed.request)
    try:
        async with client.post(
            signed.url,
            data=signed.request.body,
            headers=signed.request.headers,
            timeout=_SECONDS,
            allow_redirects=False,
        ) as response:
            body = await response.read()
            said = body or response.headers.get(OUTCOME_HEADER, "").encode()
            return _answer(signed.name, response.status, said, event_id)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        why = _failure(signed.url, error)
        return Answer(signed.name, None, None, why, None, event_id)


def event_id_of(request: Request) -> str | None:
    """Return the id that the sender gave the event; None where it gives none."""
    if request.sender in PROVIDERS:
        return _event_id(request)
    document = json.loads(request.body)
    if request.sender == "pubsub":
        document = json.loads(base64.b64decode(document["message"]["data"]))
    match document:
        case {"event_id": str(found)} | {"id": str(found)}:
            return found
    return None


def _event_id(request: Request) -> str | None:
    """Return the id of a provider's first event, as the provider's own reader finds it."""
    headers = tuple(request.headers.items())
    try:
        events = PROVIDERS[request.sender].parse(
            VerifiedDelivery(request.sender, request.body, headers)
        )
    except MalformedError:
        return None
    return events[0].source.event_id if events else None


def _answer(name: str, status: int, said: bytes, event_id: str | None) -> Answer:
    document: Any = None
    with suppress(ValueError):  # who answers may be none of our functions
        document = json.loads(said)
    match document:
        case {"outcome": str(outcome), "reason": str() | None as reason}:
            return Answer(name, status, outcome, reason, _transaction_id(document), event_id)
    return Answer(name, status, None, None, None, event_id)


def _transaction_id(document: dict[str, Any]) -> str | None:
    match document:
        case {"events": [{"transaction_id": str(found)}, *_]}:
            return found
    return None


def _failure(url: str, error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return f"{url} speaks no TLS that can be trusted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"nobody listens at {url}"
    if isinstance(error, TimeoutError):
        return f"no answer from {url} in {_SECONDS.total:.0f} s"
    return f"no answer from {url} ({type(error).__name__})"
