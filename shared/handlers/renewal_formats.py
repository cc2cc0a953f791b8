"""What a message of the renewals topic is: ours, or a provider's own event, known by its shape."""

from enum import StrEnum
from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.errors import MalformedError, UnusableError
from shared.messages.envelope import Message
from shared.providers.event import ProviderEvent
from shared.providers.registry import PROVIDERS
from shared.webhooks.delivery import VerifiedDelivery

SHOPIFY_TOPIC: Final = "x-shopify-topic"


class Shape(StrEnum):
    """Who made a message."""

    BILLING_EVENT = "billing-event"
    STRIPE = "stripe"
    SHOPIFY = "shopify"
    GOOGLE_PLAY = "google_play"


class Forwarded(msgspec.Struct, frozen=True):
    """A message whose shape is known.

    Attributes:
        shape: Who made it.
        data: Its JSON, without what others wrapped around it.
    """

    shape: Shape
    data: bytes


class _Probe(msgspec.Struct, frozen=True):
    schema: Any = None
    object: Any = None
    packageName: Any = None  # noqa: N815 - as Google writes it
    eventTimeMillis: Any = None  # noqa: N815 - as Google writes it
    detail: msgspec.Raw = msgspec.Raw(b"")


def shape_of(message: Message) -> Forwarded:
    """Return what a message is.

    Shopify's Pub/Sub delivery has its topic in an attribute; Stripe's events say what they are,
    also inside the `detail` of an event bus; Google Play's name an app and a time.

    Args:
        message: What was pushed.

    Raises:
        UnusableError: It is none of these.
    """
    if message.attribute(SHOPIFY_TOPIC):
        return Forwarded(Shape.SHOPIFY, message.data)
    probe = read(message.data, _Probe)
    if isinstance(probe.schema, str):
        return Forwarded(Shape.BILLING_EVENT, message.data)
    if probe.object == "event":
        return Forwarded(Shape.STRIPE, message.data)
    if bytes(probe.detail).startswith(b"{") and read(probe.detail, _Probe).object == "event":
        return Forwarded(Shape.STRIPE, bytes(probe.detail))
    if probe.packageName is not None and probe.eventTimeMillis is not None:
        return Forwarded(Shape.GOOGLE_PLAY, message.data)
    raise UnusableError("schema", "neither a billing event nor an event of a known provider")


def event_of(forwarded: Forwarded, message: Message) -> ProviderEvent:
    """Return a provider's own event; who may publish vouches for it.

    What Shopify sends as headers stands in the message's attributes.

    Args:
        forwarded: Stripe's or Shopify's.
        message: What it came in.

    Raises:
        UnusableError: It is no event of that provider's.
    """
    headers = tuple((name.lower(), value) for name, value in message.attributes.items())
    provider = forwarded.shape.value
    delivery = VerifiedDelivery(provider, forwarded.data, headers)
    try:
        return PROVIDERS[provider].parse(delivery)[0]
    except MalformedError as error:
        raise UnusableError("data", str(error)) from None
