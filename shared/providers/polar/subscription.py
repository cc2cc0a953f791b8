"""A subscription's life, by choice: trials, cancellations and failed payments."""

from datetime import datetime, timedelta
from typing import Final

from shared.decoding import read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.merge_contexts import without_session
from shared.domain.timestamps import to_unix_micros
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.polar.objects import AT, Subscription
from shared.providers.polar.options import PolarOptions

_NOTHING: Final = "nothing of the subscription's life"
_NOT_SENT: Final = "the life of subscriptions is not sent"
_FEEDBACK: Final = frozenset(
    """
    customer_service low_quality missing_features other switched_service too_complex too_expensive
    unused
    """.split()
)
# An update of any kind comes as `subscription.updated`, also weeks after the trial.
_SOON: Final = timedelta(days=1)
_DISPENSABLE: Final = ("customer_id", "customer_cancellation_reason", "cancel_at_period_end")


def from_subscription(event: ProviderEvent, options: PolarOptions) -> Conversion | Ignored:
    """Return what a `subscription.*` event means.

    Args:
        event: The notification.
        options: Whether subscriptions' lives, or failed payments, are sent.

    Raises:
        UnusableError: It is to be sent and cannot be read.
    """
    what = event.source.event_type.removeprefix("subscription.")
    wanted = options.lifecycle or (options.payment_failed and what == "past_due")
    if not wanted:
        return Ignored(_NOT_SENT)
    found, dropped = read_tolerant(event.object, Subscription, _DISPENSABLE, at=AT)
    step = _step(what, found, event.created_at)
    if step is None:
        return Ignored(_NOTHING)
    kind, at = step
    return _conversion(event, found, kind, at or event.created_at, dropped)


def _step(
    what: str, found: Subscription, created_at: datetime
) -> tuple[Kind, datetime | None] | None:
    """Return the step in its life and the moment it is known by; None where nothing changed.

    Polar sends no previous values, so each step is read from the subscription as it is.
    """
    if what == "created":
        return (Kind.START_TRIAL, found.trial_start) if found.status == "trialing" else None
    if what == "past_due":
        return Kind.PAYMENT_FAILED, found.past_due_at
    if what == "revoked" or (what == "canceled" and found.ended_at is not None):
        return Kind.CANCELLED, found.ended_at
    if what == "canceled":
        return Kind.CANCEL_SCHEDULED, found.canceled_at
    converted = (
        what in ("active", "cycled", "updated")
        and found.status == "active"
        and found.trial_end is not None
        and found.trial_end == found.current_period_start
        and created_at - found.trial_end < _SOON
    )
    return (Kind.TRIAL_CONVERTED, found.trial_end) if converted else None


def _conversion(
    event: ProviderEvent,
    found: Subscription,
    kind: Kind,
    at: datetime,
    dropped: tuple[str, ...],
) -> Conversion:
    """Return a step, unique by subscription, kind and the moment that the object itself gives."""
    metadata = Metadata(found.metadata, at=f"{AT}.metadata")
    context = metadata.context()
    params: dict[str, str] = {}
    if kind is Kind.CANCELLED and found.status == "unpaid":
        params["cancellation_reason"] = "payment_failed"
    if kind is Kind.CANCELLED and found.customer_cancellation_reason in _FEEDBACK:
        params["cancellation_feedback"] = found.customer_cancellation_reason or ""
    return Conversion(
        kind=kind,
        transaction_id=None,
        business_key=f"{found.id}:{_seconds(at)}",
        money=None,
        occurred_at=event.created_at,
        # Only who starts a trial is there while it happens.
        context=context if kind is Kind.START_TRIAL else without_session(context),
        source=event.source,
        customer_references=tuple(each for each in (found.id, found.customer_id) if each),
        customer_ref=found.customer_id,
        params=params,
        notes=(*dropped, *metadata.notes),
    )


def _seconds(at: datetime) -> int:
    try:
        return to_unix_micros(at) // 10**6
    except OverflowError:  # the first and the last day of the calendar
        raise UnusableError(AT, "has no believable time") from None
