"""Adyen's envelope: from a delivery's bytes to its events, one for each item."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.domain.timestamps import UNIX_EPOCH
from shared.errors import MalformedError, UnusableError
from shared.providers.adyen.items import Wrapper, envelope_of
from shared.providers.adyen.objects import Moment
from shared.providers.event import ProviderEvent
from shared.webhooks.delivery import VerifiedDelivery

# What the log and the ledger keep of an event has to have an end.
_LONGEST: Final = 255


class _Head(msgspec.Struct, frozen=True, rename="camel"):
    """What names an item. Whatever is wrong with it is the mapping's to say, with its path."""

    psp_reference: Any = None
    event_code: Any = None
    success: Any = None
    merchant_account_code: Any = None
    event_date: Any = None


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the events of a delivery, one for each item.

    Adyen gives them no id: the same code, reference and success are the same event.

    Args:
        delivery: Bytes whose items Adyen signed.

    Raises:
        MalformedError: The bytes are not JSON, or no list of items; the field is named.
    """
    try:
        envelope = envelope_of(delivery.body)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    live = str(envelope.live).strip().lower() != "false"
    return tuple(_event(delivery.provider, each, live=live) for each in envelope.notification_items)


def _event(provider: str, wrapper: Wrapper, *, live: bool) -> ProviderEvent:
    raw = wrapper.notification_request_item
    try:
        head = read(raw, _Head)
    except UnusableError:
        head = _Head()
    code, reference = _name(head.event_code) or "unknown", _name(head.psp_reference)
    success = str(head.success).lower()[:_LONGEST]
    made_at = _moment(head.event_date)
    return ProviderEvent(
        source=Source(
            provider,
            f"{reference or 'unknown'}:{code}:{success}",
            code,
            _name(head.merchant_account_code),
        ),
        created_at=made_at or UNIX_EPOCH,
        live=live,
        object=raw,
        signed_at=made_at,
    )


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST else None


def _moment(value: object) -> datetime | None:
    """Return a time of an item; None where it is none, and the mapping says so."""
    try:
        return msgspec.convert(value, Moment).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None
