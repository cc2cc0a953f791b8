"""Stripe's envelope: from signed bytes to a notification."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from shared.conversions.conversion import Source
from shared.errors import MalformedError, UnusableError
from shared.payments.delivery import VerifiedDelivery
from shared.payments.notification import Notification
from shared.payments.wire import read

THIN: Final = "v2.core.event"
_MAX_SECONDS: Final = 253_402_300_799  # the end of year 9999, where datetime ends

# What the log and the ledger keep of an event has to have an end; Stripe's ids have 255 at most.
_Name = Annotated[str, msgspec.Meta(max_length=255)]


class _Head(msgspec.Struct, frozen=True):
    """What snapshot and thin events share."""

    object: str
    id: _Name
    type: _Name
    livemode: bool = False


class _Data(msgspec.Struct, frozen=True):
    object: msgspec.Raw


class _Snapshot(msgspec.Struct, frozen=True):
    created: int
    data: _Data
    account: _Name | None = None


class _Thin(msgspec.Struct, frozen=True):
    created: datetime


def parse(delivery: VerifiedDelivery) -> tuple[Notification, ...]:
    """Read the one event of a Stripe delivery.

    Args:
        delivery: Bytes that Stripe signed.

    Returns:
        The event. A thin event (`v2.core.event`) comes with an empty object: it names a
        resource and carries none.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    try:
        return (_read(delivery),)
    except UnusableError as error:
        raise MalformedError(str(error)) from None


def _read(delivery: VerifiedDelivery) -> Notification:
    head = read(delivery.body, _Head)
    if head.object == THIN:
        thin = read(delivery.body, _Thin)
        source = Source(delivery.provider, head.id, head.type)
        return Notification(source, thin.created, head.livemode, msgspec.Raw(b"{}"))
    if head.object != "event":
        raise UnusableError("object", "not event")
    snapshot = read(delivery.body, _Snapshot)
    source = Source(delivery.provider, head.id, head.type, snapshot.account)
    return Notification(source, _moment(snapshot.created), head.livemode, snapshot.data.object)


def _moment(seconds: int) -> datetime:
    """Return Stripe's Unix seconds as UTC."""
    if not 0 <= seconds <= _MAX_SECONDS:
        raise UnusableError("created", "not Unix seconds")
    return datetime.fromtimestamp(seconds, UTC)
