"""Disputes, by choice: sent when they open, and a refund when they are lost."""

from typing import Final

import msgspec

from shared.decoding import Reference
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.refund import Refund
from shared.providers.event import ProviderEvent
from shared.providers.stripe.fields import Id, ids, known, subject
from shared.providers.stripe.money import Amount, to_money
from shared.providers.stripe.options import StripeOptions

_OFF: Final = "disputes are not sent"
_REASONS: Final = frozenset(
    """
    bank_cannot_process check_returned credit_not_processed customer_initiated debit_not_authorized
    duplicate fraudulent general incorrect_account_details insufficient_funds noncompliant
    product_not_received product_unacceptable subscription_canceled unrecognized
    """.split()
)


class Dispute(msgspec.Struct, frozen=True):
    """A `dispute`; its amount can differ from the charge's."""

    id: Id
    amount: int
    object: str = "dispute"
    status: str | None = None
    reason: str | None = None
    currency: str | None = None
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
        return Ignored(_OFF)
    dispute = subject(event, Dispute, "dispute")
    paid_by = ids(dispute.payment_intent, dispute.charge)
    reason = known(dispute.reason, _REASONS)
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


def from_closed_dispute(event: ProviderEvent, options: StripeOptions) -> Refund | Ignored:
    """Return the refund that a lost dispute is.

    Args:
        event: The notification of `charge.dispute.closed`.
        options: Whether disputes are sent.

    Raises:
        UnusableError: The dispute is lost and cannot be read.
    """
    if not options.disputes:
        return Ignored(_OFF)
    dispute = subject(event, Dispute, "dispute")
    if dispute.status != "lost":
        return Ignored("dispute not lost")
    money = to_money(dispute.currency, Amount(dispute.amount, "amount"))
    paid_by = ids(dispute.payment_intent, dispute.charge)
    if money.total == 0 or not paid_by:
        return Ignored("zero amount" if paid_by else "dispute of no payment")
    return Refund(
        refund_id=dispute.id,
        money=money,
        references=paid_by,
        fallback_transaction_id=paid_by[0],
        occurred_at=event.created_at,
    )
