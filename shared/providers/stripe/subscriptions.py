"""A subscription's life, by choice: trials and cancellations, which are no money."""

from typing import Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.event import Link
from shared.domain.merge_contexts import without_session
from shared.domain.timestamps import to_unix_micros
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.stripe.buyer import ignored_but_denials
from shared.providers.stripe.fields import NOTHING, HasCustomer, Id, ids, known, subject
from shared.providers.stripe.options import StripeOptions

_NOTHING: Final = "nothing of the subscription's life"
_NOT_SENT: Final = "the life of subscriptions is not sent"
_PREVIOUS: Final = "data.previous_attributes"
_REASONS: Final = frozenset(
    "canceled_by_retention_policy cancellation_requested payment_disputed payment_failed".split()
)
_FEEDBACK: Final = frozenset(
    """
    customer_service low_quality missing_features other switched_service too_complex too_expensive
    unused
    """.split()
)


class CancellationDetails(msgspec.Struct, frozen=True):
    """Why a subscription ended; the customer's comment is not read."""

    reason: str | None = None
    feedback: str | None = None


class Subscription(HasCustomer, frozen=True):
    """A `subscription`."""

    id: Id
    status: str
    object: str = "subscription"
    trial_start: int | None = None
    trial_end: int | None = None
    cancel_at: int | None = None
    cancel_at_period_end: bool | None = None
    canceled_at: int | None = None
    ended_at: int | None = None
    cancellation_details: CancellationDetails | None = None
    metadata: msgspec.Raw = NOTHING


class Previous(msgspec.Struct, frozen=True):
    """What an update changed; a field it did not is unset."""

    status: str | msgspec.UnsetType | None = msgspec.UNSET
    cancel_at: int | msgspec.UnsetType | None = msgspec.UNSET
    cancel_at_period_end: bool | msgspec.UnsetType | None = msgspec.UNSET


def from_subscription(event: ProviderEvent, options: StripeOptions) -> Conversion | Link | Ignored:
    """Return what a `customer.subscription.*` event means; its metadata may deny.

    Args:
        event: The notification.
        options: Whether subscriptions' lives are sent.

    Raises:
        UnusableError: The subscription cannot be read.
    """
    reason = _NOTHING if options.lifecycle else _NOT_SENT
    try:
        found = subject(event, Subscription, "subscription")
    except UnusableError:
        if options.lifecycle:
            raise
        return Ignored(reason)
    conversion = _step(event, found) if options.lifecycle else None
    if conversion is not None:
        return conversion
    context = without_session(Metadata(found.metadata).context())
    references = ids(found.id, found.customer_id)
    return ignored_but_denials(reason, context, references, event.created_at)


def _step(event: ProviderEvent, found: Subscription) -> Conversion | None:
    """Return the step in its life; None where nothing of it changed."""
    what = event.source.event_type.removeprefix("customer.subscription.")
    if what == "created" and found.status == "trialing":
        return _conversion(event, found, Kind.START_TRIAL, found.trial_start)
    if what == "trial_will_end":
        return _conversion(event, found, Kind.TRIAL_WILL_END, found.trial_end)
    if what == "deleted":
        return _conversion(event, found, Kind.CANCELLED, found.ended_at)
    if what == "updated":
        return _changed(event, found, _previous(event))
    return None


def _changed(event: ProviderEvent, found: Subscription, previous: Previous) -> Conversion | None:
    if previous.status == "trialing" and found.status == "active":
        return _conversion(event, found, Kind.TRIAL_CONVERTED, found.trial_end)
    if _cancels(found, previous):
        return _conversion(event, found, Kind.CANCEL_SCHEDULED, found.canceled_at)
    return None


def _previous(event: ProviderEvent) -> Previous:
    raw = bytes(event.previous)
    return read(raw, Previous, at=_PREVIOUS) if raw not in (b"", b"null") else Previous()


def _cancels(found: Subscription, previous: Previous) -> bool:
    """Return whether an update set an end that was not set before."""
    dated = found.cancel_at is not None and previous.cancel_at is None
    return dated or (found.cancel_at_period_end is True and previous.cancel_at_period_end is False)


def _conversion(
    event: ProviderEvent, found: Subscription, kind: Kind, when: int | None
) -> Conversion:
    """Return a fact of a subscription's life.

    It is unique by subscription, kind and the moment the object itself gives: two events with
    ids of their own can report one change.
    """
    at = when if when is not None else to_unix_micros(event.created_at) // 10**6
    metadata = Metadata(found.metadata)
    context = metadata.context()
    ended = found.cancellation_details if kind is Kind.CANCELLED else None
    reasons = {
        "cancellation_reason": known(ended.reason if ended else None, _REASONS),
        "cancellation_feedback": known(ended.feedback if ended else None, _FEEDBACK),
    }
    return Conversion(
        kind=kind,
        transaction_id=None,
        business_key=f"{found.id}:{at}",
        money=None,
        occurred_at=event.created_at,
        # Only who starts a trial is there while it happens.
        context=context if kind is Kind.START_TRIAL else without_session(context),
        source=event.source,
        customer_references=ids(found.id, found.customer_id),
        customer_ref=found.customer_id,
        params={name: value for name, value in reasons.items() if value is not None},
        notes=tuple(metadata.notes),
    )
