"""Money that went back: refunds, and by choice reversals and lost disputes."""

from typing import Final

from shared.changed import replace
from shared.decoding import read, read_tolerant
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.money import Money
from shared.domain.refund import Refund as Happened
from shared.domain.refund import Reversal
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.paypal.amounts import money_back
from shared.providers.paypal.objects import (
    AT,
    Amount,
    Dispute,
    Refund,
    SaleRefund,
    is_version_1,
)
from shared.providers.paypal.options import PayPalOptions

_NO_DISPUTES: Final = "disputes are not sent"
_LOST: Final = frozenset({"ACCEPTED", "RESOLVED_BUYER_FAVOR", "RESOLVED_BUYER_FAVOUR"})
_REASONS: Final = frozenset(
    """
    CANCELED_RECURRING_BILLING CREDIT_NOT_PROCESSED DUPLICATE_TRANSACTION INCORRECT_AMOUNT
    MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED MERCHANDISE_OR_SERVICE_NOT_RECEIVED OTHER
    PAYMENT_BY_OTHER_MEANS PROBLEM_WITH_REMITTANCE UNAUTHORISED
    """.split()
)
_OF_REFUNDS: Final = ("invoice_id", "status", "supplementary_data")
_OF_SALES: Final = ("amount.details", "state")
_FAILED: Final = ("FAILED", "CANCELLED", "CANCELED")


def from_refund(event: ProviderEvent, options: PayPalOptions) -> Happened | Reversal | Ignored:
    """Return the refund of `PAYMENT.CAPTURE.REFUNDED`.

    Args:
        event: The notification.
        options: Whether a dispute may be the same money, and what becomes of a failed refund.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    if is_version_1(event.object):
        return from_sale_refund(event, options)
    refund, _ = read_tolerant(event.object, Refund, _OF_REFUNDS, at=AT)
    if refund.status in _FAILED:
        return from_failed_refund(event, options)
    if refund.status not in (None, "COMPLETED"):
        return Ignored("refund not completed")
    money, capture, invoice = _money(refund.amount), refund.capture_id, refund.invoice_id
    if capture is None and invoice is not None:
        # The purchase's transaction id, which is all that it says of its capture.
        found = _happened(event, options, refund.id, invoice, money)
        return replace(found, transaction_id=invoice) if isinstance(found, Happened) else found
    if capture is None:
        raise UnusableError(f"{AT}.links", "no capture that it belongs to")
    return _happened(event, options, refund.id, capture, money)


def from_failed_refund(event: ProviderEvent, options: PayPalOptions) -> Reversal | Ignored:
    """Return what `PAYMENT.REFUND.FAILED` means: the money is with the shop, or never left it.

    Args:
        event: The notification.
        options: What becomes of a refund that failed after it was sent.

    Raises:
        UnusableError: It cannot be read.
    """
    refund, _ = read_tolerant(event.object, Refund, _OF_REFUNDS, at=AT)
    money = _money(refund.amount)
    capture = refund.capture_id or refund.invoice_id
    if money.total == 0 or capture is None:
        return Ignored("refund of no payment" if money.total else "zero amount")
    return Reversal(
        refund_id=refund.id,
        money=money,
        references=(capture,),
        occurred_at=event.created_at,
        reason="the refund failed before it was sent",
        sent_as_purchase=options.reversals == "purchase",
        reported_twice=(capture, "refund") if options.disputes else None,
    )


def from_reversal(event: ProviderEvent, options: PayPalOptions) -> Happened | Reversal | Ignored:
    """Return the refund that `PAYMENT.CAPTURE.REVERSED` is: a bank took the money back.

    Mostly its object is the refund that PayPal made of it; sometimes it is the capture itself.

    Args:
        event: The notification.
        options: Whether reversals are sent.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    if is_version_1(event.object):
        return from_sale_refund(event, options)
    refund, _ = read_tolerant(event.object, Refund, _OF_REFUNDS, at=AT)
    money, capture = _money(refund.amount), refund.capture_id
    if capture is None or capture == refund.id:
        return _happened(event, options, f"{refund.id}:reversed", refund.id, money)
    return _happened(event, options, refund.id, capture, money)


def from_sale_refund(event: ProviderEvent, options: PayPalOptions) -> Happened | Ignored:
    """Return the refund of `PAYMENT.SALE.REFUNDED` or `.REVERSED`, and all of version 1.

    Args:
        event: The notification.
        options: Whether reversals are sent.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    reversed_ = event.source.event_type.endswith("REVERSED")
    if reversed_ and not options.disputes:
        return Ignored(_NO_DISPUTES)
    refund, _ = read_tolerant(event.object, SaleRefund, _OF_SALES, at=AT)
    if refund.state in ("pending", "failed", "cancelled", "canceled"):
        return Ignored("refund not completed")
    path = f"{AT}.amount"
    money = money_back(
        refund.amount.total, refund.amount.currency, f"{path}.total", f"{path}.currency"
    )
    sale = refund.payment
    if sale is None and not reversed_:
        raise UnusableError(f"{AT}.sale_id", "missing, and no link to a sale or capture")
    if sale is None or sale == refund.id:
        return _happened(event, options, f"{refund.id}:reversed", refund.id, money)
    return _happened(event, options, refund.id, sale, money)


def from_opened_dispute(event: ProviderEvent, options: PayPalOptions) -> Conversion | Ignored:
    """Return what `CUSTOMER.DISPUTE.CREATED` means.

    Args:
        event: The notification.
        options: Whether disputes are sent.

    Raises:
        UnusableError: The dispute cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    dispute, dropped = read_tolerant(event.object, Dispute, ("reason", "dispute_outcome"), at=AT)
    if dispute.dispute_amount is None:
        raise UnusableError(f"{AT}.dispute_amount", "missing")
    payments = dispute.payments
    reason = dispute.reason if dispute.reason in _REASONS else None
    return Conversion(
        kind=Kind.DISPUTE_OPENED,
        transaction_id=payments[0] if payments else None,
        business_key=dispute.dispute_id,
        money=_money(dispute.dispute_amount, f"{AT}.dispute_amount"),
        occurred_at=event.created_at,
        context=Context(),
        source=event.source,
        references=payments,
        params={} if reason is None else {"dispute_reason": reason.lower()},
        notes=dropped,
    )


def from_closed_dispute(event: ProviderEvent, options: PayPalOptions) -> Happened | Ignored:
    """Return the refund that a lost dispute is: `CUSTOMER.DISPUTE.RESOLVED`.

    A refund or a reversal of the same capture over the same amount is the same money, and counts
    once. What PayPal itself pays out to the buyer costs the shop nothing.

    Args:
        event: The notification.
        options: Whether disputes are sent.

    Raises:
        UnusableError: The dispute is lost and cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    dispute = read(event.object, Dispute, at=AT)
    outcome = dispute.dispute_outcome
    if outcome is None or outcome.outcome_code not in _LOST:
        return Ignored("dispute not lost")
    amount, path = outcome.amount_refunded, f"{AT}.dispute_outcome.amount_refunded"
    if amount is None:
        amount, path = dispute.dispute_amount, f"{AT}.dispute_amount"
    if amount is None:
        raise UnusableError(path, "missing")
    if not dispute.payments:
        raise UnusableError(f"{AT}.disputed_transactions", "names no payment of the shop's")
    money = _money(amount, path)
    own = dispute.payments[0]
    return _happened(event, options, dispute.dispute_id, own, money, kind="dispute")


def _happened(  # noqa: PLR0913 - what went back, of which payment, and who says so
    event: ProviderEvent,
    options: PayPalOptions,
    refund_id: str,
    payment: str,
    money: Money,
    *,
    kind: str = "refund",
) -> Happened | Ignored:
    if money.total == 0:
        return Ignored("zero amount")
    return Happened(
        refund_id=refund_id,
        money=money,
        references=(payment,),
        fallback_transaction_id=payment,
        occurred_at=event.created_at,
        reported_twice=(payment, kind) if options.disputes else None,
    )


def _money(amount: Amount, path: str = f"{AT}.amount") -> Money:
    return money_back(amount.value, amount.currency_code, f"{path}.value", f"{path}.currency_code")
