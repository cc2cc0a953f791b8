"""A subscription's life, by choice: cancellations and failed payments, which are no money."""

from datetime import datetime
from typing import Final

import msgspec

from shared.decoding import read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.merge_contexts import without_session
from shared.domain.timestamps import to_unix_micros
from shared.providers.event import ProviderEvent
from shared.providers.paypal.custom import custom_metadata, references_of
from shared.providers.paypal.objects import AT, NOTHING, Id, Subscription, Supplementary
from shared.providers.paypal.options import PayPalOptions

_NOT_SENT: Final = "the life of subscriptions is not sent"
_KINDS: Final = {
    "CANCELLED": Kind.CANCELLED,
    "EXPIRED": Kind.CANCELLED,
    "PAYMENT.FAILED": Kind.PAYMENT_FAILED,
}
_DISPENSABLE: Final = ("status", "status_update_time")


class _Denied(msgspec.Struct, frozen=True):
    """A capture, of either version, that brought nothing."""

    id: Id
    custom_id: msgspec.Raw = NOTHING
    supplementary_data: Supplementary | None = None


def from_subscription(event: ProviderEvent, options: PayPalOptions) -> Conversion | Ignored:
    """Return what `BILLING.SUBSCRIPTION.CANCELLED`, `.EXPIRED` or `.PAYMENT.FAILED` means.

    Args:
        event: The notification.
        options: Whether subscriptions' lives, or failed payments, are sent.

    Raises:
        UnusableError: It is to be sent and cannot be read.
    """
    kind = _KINDS[event.source.event_type.removeprefix("BILLING.SUBSCRIPTION.")]
    if not (options.lifecycle or (options.payment_failed and kind is Kind.PAYMENT_FAILED)):
        return Ignored(_NOT_SENT)
    found, dropped = read_tolerant(event.object, Subscription, _DISPENSABLE, at=AT)
    metadata = custom_metadata(found.custom_id)
    # It ends once, whichever event says so. It can fail to be paid many times.
    once = kind is Kind.CANCELLED
    return Conversion(
        kind=kind,
        transaction_id=None,
        business_key=found.id if once else f"{found.id}:{_seconds(event.created_at)}",
        money=None,
        occurred_at=event.created_at,
        context=without_session(metadata.context()),
        source=event.source,
        customer_references=(found.id, *references_of(found.custom_id)),
        customer_ref=found.id,
        notes=(*dropped, *metadata.notes),
    )


def from_denied_capture(event: ProviderEvent, options: PayPalOptions) -> Conversion | Ignored:
    """Return what `PAYMENT.CAPTURE.DENIED` or `.DECLINED` means.

    Args:
        event: The notification.
        options: Whether failed payments are sent.

    Raises:
        UnusableError: It is to be sent and cannot be read.
    """
    if not (options.lifecycle or options.payment_failed):
        return Ignored("failed payments are not sent")
    found, dropped = read_tolerant(event.object, _Denied, ("supplementary_data",), at=AT)
    metadata = custom_metadata(found.custom_id)
    ids = found.supplementary_data and found.supplementary_data.related_ids
    order = (ids.order_id,) if ids and ids.order_id else ()
    return Conversion(
        kind=Kind.PAYMENT_FAILED,
        transaction_id=None,
        business_key=found.id,
        money=None,
        occurred_at=event.created_at,
        context=metadata.context(),
        source=event.source,
        customer_references=(found.id, *order, *references_of(found.custom_id)),
        notes=(*dropped, *metadata.notes),
    )


def _seconds(moment: datetime) -> int:
    return to_unix_micros(moment) // 10**6
