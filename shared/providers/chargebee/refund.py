"""Money that went back: refunds, and payments that did not hold."""

from typing import Final

from shared.domain.conversion import Ignored
from shared.domain.refund import Refund
from shared.providers.chargebee.objects import Content, Transaction
from shared.providers.chargebee.options import ChargebeeOptions
from shared.providers.chargebee.payment import (
    content_of,
    money_moved,
    moved_at,
    transaction_id_of,
)
from shared.providers.event import ProviderEvent

_LATE: Final = "late_failure"
_GONE: Final = (_LATE, "voided")


def from_refund(event: ProviderEvent, options: ChargebeeOptions) -> Refund | Ignored:
    """Return the refund of `payment_refunded`, whole or in part.

    Credit notes are no money: a refund pays them out, or a later invoice takes them.

    Args:
        event: The event.
        options: The operator's choices.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    content, _ = content_of(event)
    back = content.transaction
    if back.type == "payment_reversal":
        return _taken_back(content, event, options)
    if back.type not in (None, "refund") or back.status not in (None, "success"):
        return Ignored("not a refund that succeeded")
    return _refund(back.id, content, event, options)


def from_transaction(event: ProviderEvent, options: ChargebeeOptions) -> Refund | Ignored:
    """Return what `transaction_created` or `transaction_updated` takes back, if anything.

    A payment that fails late, by direct debit for example, and one that is voided never stayed
    with the shop. Chargebee reverses it with a transaction of its own; both are one refund.

    Args:
        event: The event.
        options: Whether what the bank took back is a refund.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    content, _ = content_of(event)
    moved = content.transaction
    if moved.type == "payment_reversal":
        return _taken_back(content, event, options)
    if moved.type == "payment" and moved.status in _GONE:
        return _refund(_reversal_of(moved.id), content, event, options)
    return Ignored("another event is the source of this money")


def _taken_back(
    content: Content, event: ProviderEvent, options: ChargebeeOptions
) -> Refund | Ignored:
    back = content.transaction
    if back.status not in (None, "success"):
        return Ignored("not a reversal that succeeded")
    statuses = {payment.status for payment in back.linked_payments or ()}
    if not options.disputes and not statuses & {*_GONE}:
        return Ignored("disputes are not sent")
    paid_by = _payments(back)
    return _refund(_reversal_of(paid_by[0]) if paid_by else back.id, content, event, options)


def _reversal_of(payment: str) -> str:
    return f"{payment}:reversal"


def _payments(back: Transaction) -> tuple[str, ...]:
    """Return the ids of the payments that a transaction gives back, the surest first."""
    linked = [payment.id for payment in back.linked_payments or ()]
    found = (back.refunded_txn_id, back.reference_transaction_id, *linked)
    return tuple(dict.fromkeys(each for each in found if each))


def _invoice(content: Content) -> str | None:
    """Return the invoice that was paid, from whichever object has it."""
    note = content.credit_note
    notes = content.transaction.linked_credit_notes or ()
    found = (
        content.invoice.id if content.invoice else None,
        note.reference_invoice_id if note else None,
        *(each.cn_reference_invoice_id for each in notes),
        *(each.invoice_id for each in content.transaction.linked_invoices or ()),
    )
    return next((each for each in found if each), None)


def _refund(
    refund_id: str, content: Content, event: ProviderEvent, options: ChargebeeOptions
) -> Refund | Ignored:
    back = content.transaction
    money = money_moved(back)
    if money.total == 0:
        return Ignored("zero amount")
    own = (back.id,) if back.type == "payment" else ()
    paid_by = (*own, *_payments(back))
    invoice = _invoice(content)
    if invoice is None and not paid_by:
        return Ignored("a refund of no payment")
    name = transaction_id_of(content, event, options) if content.invoice else invoice
    references = paid_by or tuple(each for each in (invoice,) if each)
    return Refund(
        refund_id=refund_id,
        money=money,
        references=references,
        fallback_transaction_id=name or references[0],
        occurred_at=event.created_at if own else moved_at(back, event),
        transaction_id=name,
        about=(invoice,) if invoice else (),
    )
