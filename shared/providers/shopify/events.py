"""Shopify's envelope is the headers: topic, id and time stand there, the body is the object.

Only the body is signed: neither the topic nor the time is. A body that came under another topic is
what it says of itself (`body.kind_of`), and as old as it says.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.shopify.body import made_at
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_MAX_NAME: Final = 255
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Body(msgspec.Struct, frozen=True):
    """What says whether it is a test: an order says so itself, a refund by its transactions."""

    test: Any = None
    transactions: Any = None


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    Args:
        delivery: Bytes that Shopify signed, and the headers they came with.

    Raises:
        MalformedError: The bytes are not a JSON object, or a header is missing; it is named.
    """
    topic = _header(delivery, "x-shopify-topic")
    event_id = _header(delivery, "x-shopify-event-id", "x-shopify-webhook-id")
    try:
        body = read(delivery.body, _Body)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    transactions = body.transactions if isinstance(body.transactions, list) else []
    tests = [part.get("test") for part in transactions if isinstance(part, dict)]
    return (
        ProviderEvent(
            source=Source(delivery.provider, event_id, topic, shop=_shop(delivery)),
            created_at=_triggered_at(delivery),
            live=not any(test is True for test in (body.test, *tests)),
            object=msgspec.Raw(delivery.body),
            signed_at=made_at(msgspec.Raw(delivery.body)),
        ),
    )


def _header(delivery: VerifiedDelivery, *names: str) -> str:
    """Return the first of these headers."""
    for name in names:
        found = delivery.header(name)
        if found and len(found) <= _MAX_NAME:
            return found
    raise MalformedError(f"{names[0]}: header missing")


def _shop(delivery: VerifiedDelivery) -> str | None:
    """Return the shop's domain. Nothing signs it: it says which stream, and no more."""
    found = delivery.header("x-shopify-shop-domain")
    return found if found and len(found) <= _MAX_NAME else None


def _triggered_at(delivery: VerifiedDelivery) -> datetime:
    """Return when the event was made; an order has its own time."""
    try:
        return msgspec.convert(
            delivery.header("x-shopify-triggered-at"), _Moment, strict=True
        ).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return _EPOCH
