"""What the local GA4 remembers: the newest events it was sent, and what GA4 would make of them."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import msgspec

from shared.ga4.findings import Code, Finding, Level, error, verdict
from shared.ga4.rules import sources
from shared.ga4.validation import validate

_KEPT_EVENTS = 100_000
_KEPT_BYTES = 256 * 1024 * 1024
# A shorter "secret" would be found in any text.
_SHORTEST_SECRET = 8
_SECRET_MARK = b"[api_secret]"


@dataclass(frozen=True, eq=False, kw_only=True)
class Collected(ABC):
    """What the local GA4 remembers of one thing that it was sent.

    Attributes:
        received_at: When the request had been read.
        path: The request's path, without the query.
        measurement_id: The stream; None where none is named.
        body: What was sent.
        request_id: Google's id of the request, where it has one.
        request_index: Which of its events it is.
        real: What the real GA4 answered, where it was passed on to it.
    """

    received_at: datetime
    path: str
    measurement_id: str | None
    body: bytes
    request_id: str = ""
    request_index: int = 0
    real: Mapping[str, str | int | None] | None = None

    @property
    @abstractmethod
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with it."""

    @abstractmethod
    def shown(self) -> dict[str, Any]:
        """Return what `GET /events` shows of it beside what everything has."""

    def render(self) -> bytes:
        """Return it as `GET /events` shows it."""
        document = {
            "received_at": self.received_at.isoformat().replace("+00:00", "Z"),
            "path": self.path,
            "measurement_id": self.measurement_id,
            **self.shown(),
            "verdict": verdict(self.findings),
            "findings": [
                {"level": f.level, "path": f.path, "code": f.code, "message": f.message}
                for f in self.findings
            ],
            **({} if self.real is None else {"forwarded": self.real}),
        }
        return msgspec.json.encode(document)


@dataclass(frozen=True, eq=False, kw_only=True)
class CollectedEvent(Collected):
    """One request to a collect path, without its secret.

    Attributes:
        measurement_id: As in the query.
        firebase_app_id: Likewise, of an app stream.
        signed: Whether the query had an `api_secret`; its value is never kept.
        leaked: Whether the body held that secret as well, which no body ever should.
        body: The body, with the secret masked if it was there.
        size: How many bytes were sent.
    """

    firebase_app_id: str | None
    signed: bool
    leaked: bool
    size: int

    @classmethod
    def of(  # noqa: PLR0913 - what a request says
        cls,
        body: bytes,
        *,
        received_at: datetime,
        path: str,
        measurement_id: str | None,
        firebase_app_id: str | None = None,
        api_secret: str | None,
    ) -> "CollectedEvent":
        """Make an event of a request, leaving its secret behind."""
        secret = (api_secret or "").encode(errors="surrogateescape")
        leaked = len(secret) >= _SHORTEST_SECRET and secret in body
        return cls(
            received_at=received_at,
            path=path,
            measurement_id=measurement_id,
            firebase_app_id=firebase_app_id,
            signed=bool(secret),
            leaked=leaked,
            body=body.replace(secret, _SECRET_MARK) if leaked else body,
            size=len(body),
        )

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What GA4's rules say, worked out when first asked: collecting has to stay cheap."""
        return (*self._query_findings(), *self._body_findings())

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What Google's validation server would say: its advice only where it is asked for."""
        match self._payload():
            case {"validation_behavior": "ENFORCE_RECOMMENDATIONS"}:
                # That field is advised against in production, and this is not production.
                return tuple(f for f in self.findings if f.path != "validation_behavior")
        return tuple(f for f in self.findings if f.level is Level.ERROR)

    def shown(self) -> dict[str, Any]:
        """See the base."""
        app = {"firebase_app_id": self.firebase_app_id} if self.firebase_app_id else {}
        return {**app, "body": self._shown_body()}

    def _payload(self) -> Any:  # noqa: ANN401 - any JSON value whatever may have been sent
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return msgspec.UNSET

    def _shown_body(self) -> msgspec.Raw | str:
        # The sender's own bytes, not a re-encoding: no digit of an amount may change on the way.
        if self._payload() is not msgspec.UNSET:
            return msgspec.Raw(self.body)
        return self.body.decode(errors="replace")

    def _body_findings(self) -> tuple[Finding, ...]:
        payload = self._payload()
        if payload is msgspec.UNSET:
            return (error("", Code.VALUE_INVALID, "the body has to be JSON", sources.JSON),)
        stream: Literal["web", "app"] = "app" if self.firebase_app_id else "web"
        return validate(payload, now=self.received_at, stream=stream, size_bytes=self.size)

    def _query_findings(self) -> Iterator[Finding]:
        stream = self.measurement_id or self.firebase_app_id
        for name, present in (("measurement_id", stream), ("api_secret", self.signed)):
            if not present:
                message = f"{name} is missing in the query: GA4 answers 204 and records nothing"
                yield error(name, Code.VALUE_REQUIRED, message, sources.REFERENCE)
        if self.leaked:
            message = "the api_secret stands in the body; it belongs in the query only"
            yield error("", Code.VALUE_INVALID, message, sources.SENDING)


class EventHistory:
    """The newest events: at most so many, of at most so many bytes."""

    def __init__(self, *, events: int = _KEPT_EVENTS, size: int = _KEPT_BYTES) -> None:
        """Bound the history by a number of events and the bytes of their bodies."""
        self._events: deque[Collected] = deque()
        self._most_events = events
        self._most_bytes = size
        self._bytes = 0

    def add(self, event: Collected) -> None:
        """Remember an event, forgetting the oldest ones where a bound is reached."""
        self._events.append(event)
        self._bytes += len(event.body)
        while len(self._events) > self._most_events or self._bytes > self._most_bytes:
            self._bytes -= len(self._events.popleft().body)

    def clear(self) -> None:
        """Forget every event."""
        self._events.clear()
        self._bytes = 0

    def snapshot(self) -> tuple[Collected, ...]:
        """The events so far, oldest first, unmoved by what arrives meanwhile."""
        return tuple(self._events)
