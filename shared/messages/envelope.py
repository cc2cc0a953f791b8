"""What Pub/Sub pushes, in any of its wrappings, as one message.

Sources: "Push subscriptions" (the wrapped body), "Payload unwrapping" (metadata in headers),
CloudEvents' HTTP binding with `google.cloud.pubsub.topic.v1.messagePublished`, and the bodies that
Google's functions frameworks have to understand.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.errors import MalformedError, UnusableError

_PREFIX: Final = "x-goog-pubsub-"
# Attributes come as headers among the request's own. What proxies add is no attribute,
# and what proves who is calling must never be kept.
_NOT_ATTRIBUTES: Final = frozenset(
    """
    accept accept-charset accept-encoding authorization cache-control connection content-length
    content-encoding content-type cookie expect forwarded from host keep-alive max-forwards
    proxy-authorization proxy-connection te trailer traceparent tracestate transfer-encoding
    upgrade user-agent via
    """.split()
)
_NOT_PREFIXES: Final = ("x-goog-", "x-forwarded-", "x-cloud-", "x-appengine-", "x-serverless-")


class Metadata(msgspec.Struct, frozen=True):
    """A message's metadata; empty text where it is missing.

    Attributes:
        message_id: Pub/Sub's id.
        subscription: Its whole name.
        published_at: RFC 3339.
        ordering_key: The message's.
        delivery_attempt: Digits.
    """

    message_id: str
    subscription: str
    published_at: str
    ordering_key: str
    delivery_attempt: str


def metadata(headers: tuple[tuple[str, str], ...]) -> Metadata:
    """Return the metadata that stands in headers.

    Args:
        headers: Names in small letters.
    """
    names = ("message-id", "subscription-name", "publish-time", "ordering-key", "delivery-attempt")
    return Metadata(*(first(headers, _PREFIX + name) for name in names))


def attributes_in(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return the attributes that stand in headers; the last of a name counts.

    Args:
        headers: Names in small letters.
    """
    return {
        name: value
        for name, value in headers
        if name not in _NOT_ATTRIBUTES and not name.startswith(_NOT_PREFIXES)
    }


def first(headers: tuple[tuple[str, str], ...], name: str) -> str:
    """Return the first value of a header; empty text where it is absent."""
    return next((value for key, value in headers if key == name), "")


_MAX_ID: Final = 255
_MAX_ATTEMPT: Final = 10**6


class Message(msgspec.Struct, frozen=True):
    """One Pub/Sub message, however it was wrapped.

    Attributes:
        data: The bytes that were published.
        message_id: Pub/Sub's; another one when the publisher publishes again.
        attributes: The publisher's, by name; never authoritative.
        ordering_key: Messages of one key come in order; empty where there is none.
        published_at: When Pub/Sub took it, UTC, where known.
        delivery_attempt: How many times it was delivered; known with a dead-letter topic only.
        subscription: Its whole name; empty where it is missing.
    """

    data: bytes
    message_id: str
    attributes: Mapping[str, str] = msgspec.field(default_factory=dict)
    ordering_key: str = ""
    published_at: datetime | None = None
    delivery_attempt: int | None = None
    subscription: str = ""

    def attribute(self, name: str) -> str | None:
        """Return an attribute; in headers its name's capitals are lost, so they do not count."""
        wanted = name.lower()
        return next((v for key, v in self.attributes.items() if key.lower() == wanted), None)


class _Pushed(msgspec.Struct, frozen=True):
    """`message` of a push, in the words of JSON and of those who write them in snake case."""

    data: str | None = None
    attributes: dict[str, str] | None = None
    messageId: Any = None  # noqa: N815 - as Google writes it
    message_id: Any = None
    publishTime: Any = None  # noqa: N815 - as Google writes it
    publish_time: Any = None
    orderingKey: str | None = None  # noqa: N815 - as Google writes it
    ordering_key: str | None = None


class _Wrapped(msgspec.Struct, frozen=True):
    """What holds a message: a push, or the data of a CloudEvent of Pub/Sub's."""

    message: _Pushed
    subscription: str | None = None
    deliveryAttempt: Any = None  # noqa: N815 - as Google writes it


class _Context(msgspec.Struct, frozen=True):
    """The context of an event of Google's older functions."""

    eventId: Any = None  # noqa: N815 - as Google writes it
    timestamp: Any = None


class _Outer(msgspec.Struct, frozen=True):
    """What distinguishes one wrapping from another."""

    message: msgspec.Raw = msgspec.Raw(b"")
    specversion: Any = None
    id: Any = None
    time: Any = None
    data: msgspec.Raw = msgspec.Raw(b"")
    data_base64: str | None = None
    context: _Context | None = None
    eventId: Any = None  # noqa: N815 - as Google writes it
    timestamp: Any = None


def read_envelope(headers: tuple[tuple[str, str], ...], body: bytes) -> Message:
    """Read what Pub/Sub pushed.

    Args:
        headers: The request's, names in small letters.
        body: The request's.

    Raises:
        MalformedError: It is in no wrapping of Pub/Sub's; what is wrong is named.
    """
    unwrapped = metadata(headers)
    if unwrapped.message_id:
        return Message(
            data=body,
            message_id=unwrapped.message_id[:_MAX_ID],
            attributes=attributes_in(headers),
            ordering_key=unwrapped.ordering_key,
            published_at=_moment(unwrapped.published_at),
            delivery_attempt=_attempt(unwrapped.delivery_attempt),
            subscription=unwrapped.subscription,
        )
    try:
        outer = read(body, _Outer)
        if bytes(outer.message):
            # CloudEvents in binary mode repeat the same in headers.
            return _message(body, "", first(headers, "ce-id"), first(headers, "ce-time"))
        if outer.specversion is not None:
            inner = outer.data if bytes(outer.data) else _decoded(outer.data_base64, "")
            return _message(inner, "data", outer.id, outer.time)
        if bytes(outer.data):
            context = outer.context or _Context(outer.eventId, outer.timestamp)
            return _of(read(outer.data, _Pushed, at="data"), "data", context)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    raise MalformedError("message: missing")


def _message(raw: bytes | msgspec.Raw, at: str, event_id: object, time: object) -> Message:
    wrapped = read(raw, _Wrapped, at=at)
    at = f"{at}.message".lstrip(".")
    return replace(
        _of(wrapped.message, at, _Context(event_id, time)),
        delivery_attempt=_attempt(wrapped.deliveryAttempt),
        subscription=wrapped.subscription or "",
    )


def _of(pushed: _Pushed, at: str, context: _Context) -> Message:
    ids = (pushed.messageId, pushed.message_id, context.eventId)
    message_id = next((text for text in map(_text, ids) if text), "")
    if not message_id:
        raise UnusableError(f"{at}.messageId", "missing")
    times = (pushed.publishTime, pushed.publish_time, context.timestamp)
    return Message(
        data=_decoded(pushed.data, at),
        message_id=message_id[:_MAX_ID],
        attributes=pushed.attributes or {},
        ordering_key=pushed.orderingKey or pushed.ordering_key or "",
        published_at=next(filter(None, map(_moment, times)), None),
    )


def _decoded(data: str | None, at: str) -> bytes:
    """Return what base64 stands for; none stands for nothing, as a message of attributes alone."""
    try:
        return base64.b64decode(data or "", validate=True)
    except (binascii.Error, ValueError):
        raise UnusableError(f"{at}.data".lstrip("."), "not base64") from None


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _moment(value: object) -> datetime | None:
    try:
        moment = msgspec.convert(value, datetime)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (msgspec.ValidationError, OverflowError):
        return None


def _attempt(value: object) -> int | None:
    text = _text(value)
    number = int(text) if text.isdecimal() and len(text) < len(str(_MAX_ATTEMPT)) else 0
    return number or None
