"""What Pub/Sub writes into headers when it pushes a message unwrapped.

Source: https://cloud.google.com/pubsub/docs/payload-unwrapping
"""

from dataclasses import dataclass
from typing import Final

_PREFIX: Final = "x-goog-pubsub-"
# Attributes come as headers among the request's own. What a way's stations add is no attribute,
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


@dataclass(frozen=True, slots=True)
class Metadata:
    """A message's metadata; empty text where it is not told.

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
