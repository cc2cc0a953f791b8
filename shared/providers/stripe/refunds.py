"""Money that went back: refunds, each sent once when it first succeeds, and lost disputes."""

from typing import Final

import msgspec

from shared.decoding import Reference, id_of, read
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.refund import Refund as Happened
from shared.domain.refund import Reversal
from shared.providers.event import ProviderEvent
from shared.providers.minor_units import Amount
from shared.providers.stripe.fields import (
    AT,
    PREVIOUS,
    Currency,
    Id,
    Minor,
    ids,
    is_before,
    known,
    moment,
    subject,
    to_money,
)
from shared.providers.stripe.options import StripeOptions

_RELEASES_ARE_REFUNDS: Final = "2025-03-31"
REFUNDS_HAVE_EVENTS: Final = "2024-10-28"
_FAILED: Final = ("failed", "canceled")
_NO_DISPUTES: Final = "disputes are not sent"
_DISPUTE_REASONS: Final = frozenset(
    """
    bank_cannot_process check_returned credit_not_processed customer_initiated debit_not_authorized
    duplicate fraudulent general incorrect_account_details insufficient_funds noncompliant
    product_not_received product_unacceptable subscription_canceled unrecognized
    """.split()
)


class Refund(msgspec.Struct, frozen=True):
    """A `refund`."""

    id: Id
    amount: Minor
    object: str = "refund"
    status: str | None = None
    reason: str | None = None
    currency: Currency | None = None
    payment_intent: Reference = None
    charge: Reference = None
    created: int | None = None


class RefundList(msgspec.Struct, frozen=True):
    """The refunds of a charge, where it lists them: before 2022-11-15, the newest first."""

    data: list[Refund] = []


class RefundedCharge(msgspec.Struct, frozen=True):
    """A `charge` that was refunded, in whole or in part."""

    id: Id
    amount_refunded: Minor
    object: str = "charge"
    captured: bool | None = None
    currency: Currency | None = None
    payment_intent: Reference = None
    refunds: RefundList | None = None


class Before(msgspec.Struct, frozen=True):
    """What a charge was before it was refunded; nothing where the event does not say."""

    amount_refunded: int | None = None


def from_refunded_charge(event: ProviderEvent, _options: StripeOptions) -> Happened | Ignored:
    """Return the refund of `charge.refunded`, which is the only word of it in old API versions.

    Before 2024-10-28.acacia Stripe sends `refund.created` only for refunds without a charge
    (https://docs.stripe.com/changelog). What `amount_refunded` grew by is the refund.

    Args:
        event: The provider's event.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    if not is_before(event, REFUNDS_HAVE_EVENTS):
        return Ignored("its refund is the money")
    charge = subject(event, RefundedCharge, "charge")
    paid_by = ids(charge.payment_intent, charge.id)
    if charge.captured is False:
        return Ignored("an authorisation was released: no money went back", uncounted=paid_by)
    listed = charge.refunds.data if charge.refunds else []
    raw = bytes(event.previous)
    before = read(raw, Before, at=PREVIOUS) if raw not in (b"", b"null") else Before()
    if before.amount_refunded is None:
        grown = listed[0].amount if listed else charge.amount_refunded
    else:
        grown = charge.amount_refunded - before.amount_refunded
    money = to_money(charge.currency, Amount(grown, "amount_refunded"))
    if money.total == 0:
        return Ignored("zero amount")
    return Happened(
        refund_id=listed[0].id if listed else f"{charge.id}:{charge.amount_refunded}",
        money=money,
        references=paid_by,
        fallback_transaction_id=paid_by[0],
        occurred_at=event.created_at,
        may_be_release=True,
        reported_twice=None if listed else (charge.id, "charge"),
    )


def from_failed_refund(event: ProviderEvent, options: StripeOptions) -> Reversal | Ignored:
    """Return what `refund.failed` means: the money is with the shop again, or never left it.

    Args:
        event: The provider's event.
        options: Whether GA4 is sent a purchase where it has the refund.

    Raises:
        UnusableError: The refund cannot be read.
    """
    return _reversal(subject(event, Refund, "refund"), event, options)


def _reversal(refund: Refund, event: ProviderEvent, options: StripeOptions) -> Reversal | Ignored:
    money = to_money(refund.currency, Amount(refund.amount, "amount"))
    paid_by = ids(refund.payment_intent, refund.charge)
    if money.total == 0 or not paid_by:
        return Ignored("zero amount" if paid_by else "refund of no payment")
    return Reversal(
        refund_id=refund.id,
        money=money,
        references=(*paid_by, refund.id),
        occurred_at=event.created_at,
        reason="the refund failed before it was sent",
        sent_as_purchase=options.reversals == "purchase",
        reported_twice=_reported_twice(refund, event),
    )


def _reported_twice(refund: Refund, event: ProviderEvent) -> tuple[str, str] | None:
    """Return what ties a refund to its `charge.refunded`, where that is money too."""
    charge = id_of(refund.charge)
    return (charge, "refund") if charge and is_before(event, REFUNDS_HAVE_EVENTS) else None


def from_refund(event: ProviderEvent, options: StripeOptions) -> Happened | Reversal | Ignored:
    """Return the refund of `refund.created` or `refund.updated`.

    Args:
        event: The provider's event.
        options: What becomes of a refund that failed.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    refund = subject(event, Refund, "refund")
    if refund.reason == "expired_uncaptured_charge":
        return Ignored("an authorisation was released: no money went back")
    if refund.status in _FAILED:
        return _reversal(refund, event, options)
    if refund.status != "succeeded":
        return Ignored("refund not succeeded")
    money = to_money(refund.currency, Amount(refund.amount, "amount"))
    if money.total == 0:
        return Ignored("zero amount")
    paid_by = ids(refund.payment_intent, refund.charge)
    if not paid_by:
        return Ignored("refund of no payment")
    # One that succeeded at once did so when it was made; of others the event says when.
    at_once = refund.created if event.source.event_type == "refund.created" else None
    return Happened(
        refund_id=refund.id,
        money=money,
        # Its own id comes last: a credit note may have said which invoice it belongs to.
        references=(*paid_by, refund.id),
        fallback_transaction_id=paid_by[0],
        occurred_at=event.created_at if at_once is None else moment(at_once, f"{AT}.created"),
        may_be_release=is_before(event, _RELEASES_ARE_REFUNDS),
        reported_twice=_reported_twice(refund, event),
    )


class Dispute(msgspec.Struct, frozen=True):
    """A `dispute`; its amount can differ from the charge's."""

    id: Id
    amount: Minor
    object: str = "dispute"
    status: str | None = None
    reason: str | None = None
    currency: Currency | None = None
    payment_intent: Reference = None
    charge: Reference = None


def from_opened_dispute(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    """Return what `charge.dispute.created` means.

    Args:
        event: The notification.
        options: Whether disputes are sent.

    Raises:
        UnusableError: The dispute cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    dispute = subject(event, Dispute, "dispute")
    paid_by = ids(dispute.payment_intent, dispute.charge)
    reason = known(dispute.reason, _DISPUTE_REASONS)
    return Conversion(
        kind=Kind.DISPUTE_OPENED,
        transaction_id=paid_by[0] if paid_by else None,
        business_key=dispute.id,
        money=to_money(dispute.currency, Amount(dispute.amount, "amount")),
        occurred_at=event.created_at,
        context=Context(),
        source=event.source,
        references=paid_by,
        params={} if reason is None else {"dispute_reason": reason},
    )


def from_closed_dispute(event: ProviderEvent, options: StripeOptions) -> Happened | Ignored:
    """Return the refund that a lost dispute is.

    Args:
        event: The notification of `charge.dispute.closed`.
        options: Whether disputes are sent.

    Raises:
        UnusableError: The dispute is lost and cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    dispute = subject(event, Dispute, "dispute")
    if dispute.status != "lost":
        return Ignored("dispute not lost")
    money = to_money(dispute.currency, Amount(dispute.amount, "amount"))
    paid_by = ids(dispute.payment_intent, dispute.charge)
    if money.total == 0 or not paid_by:
        return Ignored("zero amount" if paid_by else "dispute of no payment")
    return Happened(
        refund_id=dispute.id,
        money=money,
        references=paid_by,
        fallback_transaction_id=paid_by[0],
        occurred_at=event.created_at,
    )
