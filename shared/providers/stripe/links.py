"""Events that say only which ids belong together."""

import msgspec

from shared.decoding import Reference, id_of
from shared.domain.conversion import Ignored
from shared.domain.link import Link
from shared.domain.refund import Refund, Reversal
from shared.providers.event import ProviderEvent
from shared.providers.stripe.fields import Id, ids, subject
from shared.providers.stripe.invoice_shape import Payment
from shared.providers.stripe.money import Amount, to_money
from shared.providers.stripe.options import StripeOptions

_PAIR = 2  # below, nothing is linked


class InvoicePayment(msgspec.Struct, frozen=True):
    """An `invoice_payment`: since basil the only word on which intent paid which invoice."""

    id: Id
    object: str = "invoice_payment"
    invoice: Reference = None
    payment: Payment | None = None


class CreditedRefund(msgspec.Struct, frozen=True):
    """One refund of a credit note, since basil."""

    refund: Reference = None


class CreditNote(msgspec.Struct, frozen=True):
    """A `credit_note`."""

    id: Id
    object: str = "credit_note"
    invoice: Reference = None
    refund: Reference = None  # before basil
    refunds: list[CreditedRefund] | None = None
    out_of_band_amount: int | None = None
    currency: str | None = None


def from_invoice_payment(event: ProviderEvent, _options: StripeOptions) -> Link | Ignored:
    """Return the ids that `invoice_payment.paid` says are one order's.

    Args:
        event: The notification.

    Raises:
        UnusableError: It cannot be read.
    """
    paid = subject(event, InvoicePayment, "invoice_payment")
    payment = paid.payment or Payment()
    return _link("its invoice is the money", paid.invoice, payment.payment_intent, payment.charge)


def from_credit_note(event: ProviderEvent, _options: StripeOptions) -> Refund | Link | Ignored:
    """Return the ids that `credit_note.created` says are one order's, or a refund outside Stripe.

    The money is its refunds', which come with events of their own and do not name the invoice.
    What the shop paid back by another way has no other event than this.

    Args:
        event: The notification.

    Raises:
        UnusableError: It cannot be read.
    """
    note = subject(event, CreditNote, "credit_note")
    invoice = id_of(note.invoice)
    refunds = (note.refund, *(credited.refund for credited in note.refunds or ()))
    if note.out_of_band_amount and invoice:
        return Refund(
            refund_id=note.id,
            money=to_money(note.currency, Amount(note.out_of_band_amount, "out_of_band_amount")),
            references=(invoice,),
            fallback_transaction_id=invoice,
            occurred_at=event.created_at,
            orders=ids(invoice, *refunds),
        )
    return _link("its refund is the money", note.invoice, *refunds)


def from_voided_credit_note(event: ProviderEvent, options: StripeOptions) -> Reversal | Ignored:
    """Return that a refund outside Stripe is none: `credit_note.voided`.

    Args:
        event: The notification.
        options: Whether GA4 is sent a purchase where it has the refund.

    Raises:
        UnusableError: It cannot be read.
    """
    note = subject(event, CreditNote, "credit_note")
    invoice = id_of(note.invoice)
    if not note.out_of_band_amount or invoice is None:
        return Ignored("no money went back outside Stripe")
    return Reversal(
        refund_id=note.id,
        money=to_money(note.currency, Amount(note.out_of_band_amount, "out_of_band_amount")),
        references=(invoice,),
        occurred_at=event.created_at,
        reason="the credit note was voided before it was sent",
        sent_as_purchase=options.reversals == "purchase",
    )


def _link(reason: str, invoice: Reference, *others: Reference) -> Link | Ignored:
    orders = ids(invoice, *others)
    if not ids(invoice) or len(orders) < _PAIR:
        return Ignored("names no two ids of one order")
    return Link(reason, orders=orders)
