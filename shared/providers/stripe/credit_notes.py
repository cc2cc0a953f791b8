"""Credit notes: refunds outside Stripe, and what was returned with every refund of an invoice."""

from decimal import Decimal
from typing import Final

import msgspec

from shared.decoding import Reference, id_of
from shared.domain.conversion import Ignored
from shared.domain.event import Link
from shared.domain.refund import Refund, Returned, Reversal
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.minor_units import Amount
from shared.providers.stripe.fields import (
    AT,
    Currency,
    Id,
    Minor,
    Portion,
    Tax,
    ids,
    link_of,
    paid_subject,
    to_money,
)
from shared.providers.stripe.invoice_shape import Credit
from shared.providers.stripe.items import Article, Line, bounded, counted, to_items
from shared.providers.stripe.options import StripeOptions

_PATH: Final = f"{AT}.lines.data"
# What a credit note says beside its money; unreadable, it is left out.
_DISPENSABLE: Final = ("lines", "total")


class CreditedRefund(msgspec.Struct, frozen=True):
    """One refund of a credit note, since basil."""

    refund: Reference = None


class CreditNoteLine(msgspec.Struct, frozen=True):
    """A line of a credit note: of its invoice, or a text and an amount of the shop's own.

    Attributes:
        amount: Before discounts, without exclusive tax.
        invoice_line_item: Which line of the invoice is taken back.
    """

    amount: int
    description: str | None = None
    quantity: int | None = None
    quantity_decimal: Decimal | None = None
    discount_amounts: list[Portion] | None = None
    pretax_credit_amounts: list[Credit] | None = None
    taxes: list[Tax] | None = None
    tax_amounts: list[Tax] | None = None  # before basil
    invoice_line_item: Reference = None


class CreditNoteLines(msgspec.Struct, frozen=True):
    """The first ten lines of a credit note, which are mostly all."""

    data: list[CreditNoteLine] = []


class CreditNote(msgspec.Struct, frozen=True):
    """A `credit_note`; `total` is with tax."""

    id: Id
    object: str = "credit_note"
    invoice: Reference = None
    refund: Reference = None  # before basil
    refunds: list[CreditedRefund] | None = None
    out_of_band_amount: Minor | None = None
    total: Minor | None = None
    lines: CreditNoteLines | None = None
    currency: Currency | None = None


def from_credit_note(event: ProviderEvent, _options: StripeOptions) -> Refund | Link | Ignored:
    """Return the ids that `credit_note.created` says are one order's, or a refund outside Stripe.

    The money is its refunds', which come with events of their own and name neither the invoice
    nor what was returned. What the shop paid back by another way has no other event than this.

    Args:
        event: The notification.

    Raises:
        UnusableError: It cannot be read.
    """
    note, _ = paid_subject(event, CreditNote, "credit_note", _DISPENSABLE)
    invoice = id_of(note.invoice)
    refunds = ids(note.refund, *(credited.refund for credited in note.refunds or ()))
    returned = _returned(note, refunds)
    if note.out_of_band_amount and invoice:
        money = to_money(note.currency, Amount(note.out_of_band_amount, "out_of_band_amount"))
        return Refund(
            refund_id=note.id,
            money=money,
            references=(invoice,),
            fallback_transaction_id=invoice,
            occurred_at=event.created_at,
            items=() if returned is None else returned.items_of(money),
            orders=ids(invoice, *refunds),
            returned=returned if refunds else None,
        )
    return link_of("its refund is the money", note.invoice, *refunds, returned=returned)


def _returned(note: CreditNote, refunds: tuple[str, ...]) -> Returned | None:
    """Return what a credit note says was returned; None where it says nothing, or cannot be."""
    if note.lines is None or not note.lines.data or not note.total or note.currency is None:
        return None
    try:
        lines = [_line(raw, f"{_PATH}[{at}]") for at, raw in enumerate(note.lines.data)]
        money = to_money(note.currency, Amount(note.total, "total"))
        items = to_items(lines, money, _PATH, whole=False).items
    except UnusableError:
        return None
    return Returned(refunds, money, items) if items else None


def _line(raw: CreditNoteLine, path: str) -> Line:
    discount = sum(portion.amount for portion in raw.discount_amounts or ())
    credit = sum(
        c.amount for c in raw.pretax_credit_amounts or () if c.type == "credit_balance_transaction"
    )
    taxes = raw.taxes if raw.taxes is not None else raw.tax_amounts
    inclusive = sum(tax.amount for tax in taxes or () if tax.is_inclusive)
    quantity = raw.quantity if raw.quantity_decimal is None else raw.quantity_decimal
    _, text = Article(description=raw.description).names("product")
    return Line(
        None,
        text,
        net=bounded(raw.amount - discount - credit - inclusive, f"{path}.amount"),
        discount=bounded(discount, f"{path}.discount_amounts"),
        quantity=counted(quantity, f"{path}.quantity"),
        line=id_of(raw.invoice_line_item),
    )


def from_voided_credit_note(event: ProviderEvent, options: StripeOptions) -> Reversal | Ignored:
    """Return that a refund outside Stripe is none: `credit_note.voided`.

    Args:
        event: The notification.
        options: Whether GA4 is sent a purchase where it has the refund.

    Raises:
        UnusableError: It cannot be read.
    """
    note, _ = paid_subject(event, CreditNote, "credit_note", _DISPENSABLE)
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
