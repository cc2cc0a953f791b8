"""A subscription's life, by choice: trials, cancellations and failed payments."""

from typing import Final

import msgspec

from shared.decoding import read, read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.event import Link
from shared.domain.merge_contexts import without_session
from shared.domain.refund import Refund
from shared.domain.timestamps import to_unix_micros
from shared.errors import UnusableError
from shared.providers.chargebee.fields import metadata_of
from shared.providers.chargebee.objects import AT, Customer, Subscription
from shared.providers.chargebee.options import ChargebeeOptions
from shared.providers.chargebee.payment import content_of, customer_of
from shared.providers.chargebee.refund import from_transaction
from shared.providers.event import ProviderEvent

_NOT_SENT: Final = "the life of subscriptions is not sent"
_NOTHING: Final = "nothing of the subscription's life"
_REASONS: Final = frozenset(
    """
    not_paid no_card fraud_review_failed non_compliant_eu_customer tax_calculation_failed
    currency_incompatible_with_gateway non_compliant_customer
    """.split()
)
_STEPS: Final = {
    "subscription_trial_end_reminder": Kind.TRIAL_WILL_END,
    "subscription_activated": Kind.TRIAL_CONVERTED,
    "subscription_cancellation_scheduled": Kind.CANCEL_SCHEDULED,
    "subscription_cancelled": Kind.CANCELLED,
}
_BEGINNINGS: Final = ("subscription_created", "subscription_started")


class _Content(msgspec.Struct, frozen=True):
    subscription: Subscription
    customer: Customer | None = None


class _Whose(msgspec.Struct, frozen=True):
    subscription: Subscription | None = None
    customer: Customer | None = None


def from_subscription(event: ProviderEvent, options: ChargebeeOptions) -> Conversion | Link:
    """Return what a `subscription_…` event means; whatever it is, its fields may deny.

    Args:
        event: The event.
        options: Whether subscriptions' lives are sent.

    Raises:
        UnusableError: It is sent and cannot be read.
    """
    if not options.lifecycle:
        return from_change(event, options, _NOT_SENT)
    content, _ = read_tolerant(event.object, _Content, ("customer",), at=AT)
    kind = _STEPS.get(event.source.event_type)
    if event.source.event_type in _BEGINNINGS and content.subscription.status == "in_trial":
        kind = Kind.START_TRIAL
    if kind is None:
        return from_change(event, options, _NOTHING)
    return _step(kind, content, event)


def from_change(
    event: ProviderEvent,
    options: ChargebeeOptions,  # noqa: ARG001 - as all
    reason: str = "no money",
) -> Link:
    """Return whose context an event brings, which is no money.

    Args:
        event: The event.
        options: The operator's choices.
        reason: Why it is no event for GA4.
    """
    try:
        content = read(event.object, _Whose)
    except UnusableError:
        return Link(reason)
    metadata = metadata_of(event)
    return Link(
        reason,
        customer_references=_references(content.subscription, content.customer),
        context=without_session(metadata.context()),
        occurred_at=event.created_at,
    )


def from_failure(
    event: ProviderEvent, options: ChargebeeOptions
) -> Conversion | Refund | Link | Ignored:
    """Return what `payment_failed` means: a payment that failed late is a refund.

    Args:
        event: The event.
        options: Whether failed payments are sent.

    Raises:
        UnusableError: It is sent and cannot be read.
    """
    sent = options.lifecycle or options.payment_failed
    try:
        content, dropped = content_of(event)
    except UnusableError:
        if sent:
            raise
        return Ignored("failed payments are not sent")
    if content.transaction.status == "late_failure":
        return from_transaction(event, options)
    if not sent:
        return from_change(event, options, "failed payments are not sent")
    metadata = metadata_of(event)
    customer = customer_of(content)
    subscription = content.subscription.id if content.subscription else None
    return Conversion(
        kind=Kind.PAYMENT_FAILED,
        transaction_id=None,
        business_key=content.transaction.id,
        money=None,
        occurred_at=event.created_at,
        context=without_session(metadata.context()),
        source=event.source,
        customer_references=tuple(each for each in (subscription, customer) if each),
        customer_ref=customer or subscription,
        notes=(*dropped, *metadata.notes),
    )


def _step(kind: Kind, content: _Content, event: ProviderEvent) -> Conversion:
    subscription = content.subscription
    metadata = metadata_of(event)
    context = metadata.context()
    reason = subscription.cancel_reason if kind is Kind.CANCELLED else None
    customer = content.customer.id if content.customer else subscription.customer_id
    return Conversion(
        kind=kind,
        transaction_id=None,
        business_key=f"{subscription.id}:{to_unix_micros(event.created_at) // 10**6}",
        money=None,
        occurred_at=event.created_at,
        # Only who starts a trial is there while it happens.
        context=context if kind is Kind.START_TRIAL else without_session(context),
        source=event.source,
        customer_references=_references(subscription, content.customer),
        customer_ref=customer,
        params={"cancellation_reason": reason} if reason in _REASONS and reason else {},
        notes=tuple(metadata.notes),
    )


def _references(subscription: Subscription | None, customer: Customer | None) -> tuple[str, ...]:
    own = subscription.id if subscription else None
    whose = customer.id if customer else (subscription.customer_id if subscription else None)
    return tuple(each for each in (own, whose) if each)
