"""A payment that succeeded: Chargebee's money, whatever was billed."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import partial
from typing import Final

from shared.decoding import read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.item import Item
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money
from shared.domain.timestamps import from_unix_seconds
from shared.errors import UnusableError
from shared.providers.chargebee.fields import metadata_of, shops_own
from shared.providers.chargebee.objects import (
    AT,
    DISPENSABLE,
    EXPONENTS,
    Content,
    Invoice,
    LineItem,
    Transaction,
    currency_of,
)
from shared.providers.chargebee.options import ChargebeeOptions
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of, lines_share
from shared.providers.minor_units import Amount, major_units, money_of

LINES: Final = f"{AT}.invoice.line_items"
_INCLUSIVE: Final = "tax_inclusive"


def content_of(event: ProviderEvent) -> tuple[Content, tuple[str, ...]]:
    """Return what an event is about, and notes on what in it could not be read.

    Raises:
        UnusableError: A field without which the money is not certain cannot be read.
    """
    return read_tolerant(event.object, Content, DISPENSABLE, at=AT)


def money_moved(transaction: Transaction) -> Money:
    """Return what a transaction moved, with whatever tax is in it.

    Raises:
        UnusableError: The amount or the currency is missing, or cannot be.
    """
    return money_of(
        partial(currency_of, transaction.currency_code, f"{AT}.transaction.currency_code"),
        Amount(transaction.amount, f"{AT}.transaction.amount"),
        exponents=EXPONENTS,
    )


def moved_at(transaction: Transaction, event: ProviderEvent) -> datetime:
    """Return when the money moved: not after the event that says so."""
    when = transaction.date
    return event.created_at if when is None else min(from_unix_seconds(when), event.created_at)


def transaction_id_of(content: Content, event: ProviderEvent, options: ChargebeeOptions) -> str:
    """Return what GA4 knows a payment's order by.

    A subscription's `meta_data` stands on all its events, so an id in it is its first payment's.
    """
    invoice = content.invoice
    if invoice is not None and invoice.first_invoice and _subscription(content):
        chosen = shops_own(event).transaction_id(options.transaction_id_keys)
        if chosen is not None:
            return chosen
    return invoice.id if invoice is not None else content.transaction.id


def from_payment(event: ProviderEvent, options: ChargebeeOptions) -> Conversion | Ignored:
    """Return the purchase of `payment_succeeded`.

    Args:
        event: The event.
        options: The operator's choices.

    Raises:
        UnusableError: The payment is money but cannot be read.
    """
    content, dropped = content_of(event)
    paid, invoice = content.transaction, content.invoice
    if paid.type not in (None, "payment") or paid.status not in (None, "success"):
        return Ignored("not a payment that succeeded", uncounted=(paid.id,))
    charged = money_moved(paid)
    if charged.total == 0:
        return Ignored("zero amount", uncounted=(paid.id,))
    tax, tax_notes = _tax(content, charged)
    money = Money(charged.currency, charged.total, tax)
    transaction_id = transaction_id_of(content, event, options)
    metadata = metadata_of(event)
    context, kind = metadata.context(), _kind(content)
    there = kind in (PurchaseType.ONE_TIME, PurchaseType.START)
    items, item_notes = _items(invoice, money, options) if invoice else ((), ())
    subscription, customer = _subscription(content), customer_of(content)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=moved_at(paid, event),
        context=context if there else without_session(context),
        source=event.source,
        items=items,
        # Not the invoice: two payments of one are two payments.
        references=tuple(dict.fromkeys((paid.id, transaction_id))),
        customer_references=tuple(each for each in (subscription, customer) if each),
        customer_ref=customer or subscription,
        purchase_type=kind,
        coupon=_coupon(invoice),
        params={} if tax is not None else {"value_basis": "gross"},
        payment_id=f"{event.source.provider}:{paid.id}",
        part_of=invoice.id if invoice is not None and invoice.id != transaction_id else None,
        placed_at=event.created_at,
        about=(invoice.id,) if invoice is not None else (),
        notes=(*dropped, *metadata.notes, *tax_notes, *item_notes),
    )


def customer_of(content: Content) -> str | None:
    """Return the customer's id, from whichever object has it."""
    of_invoice = content.invoice.customer_id if content.invoice else None
    own = content.customer.id if content.customer else None
    return own or content.transaction.customer_id or of_invoice


def _subscription(content: Content) -> str | None:
    of_invoice = content.invoice.subscription_id if content.invoice else None
    own = content.subscription.id if content.subscription else None
    return own or content.transaction.subscription_id or of_invoice


def _kind(content: Content) -> PurchaseType:
    """Return which kind of purchase it is.

    `first_invoice` is the subscription's first one, after a trial too; `recurring` any other.
    """
    if _subscription(content) is None:
        return PurchaseType.ONE_TIME
    invoice = content.invoice
    if invoice is not None and invoice.first_invoice:
        return PurchaseType.START
    if invoice is None or invoice.recurring is False:
        return PurchaseType.UPDATE
    return PurchaseType.RENEWAL


def _tax(content: Content, charged: Money) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return the tax in a payment: its invoice's, as far as the payment went to that.

    The rest went to other invoices, whose tax is not known, or is kept for later.
    """
    invoice = content.invoice
    if invoice is None or invoice.total is None or invoice.tax is None or invoice.total <= 0:
        return None, ()
    if invoice.currency_code not in (None, charged.currency):
        return None, (f"{AT}.invoice.currency_code: not the payment's",)
    total = major_units(invoice.total, charged.currency, f"{AT}.invoice.total", EXPONENTS)
    tax = major_units(invoice.tax, charged.currency, f"{AT}.invoice.tax", EXPONENTS)
    if tax > total:
        raise UnusableError(f"{AT}.invoice.tax", "more than the total")
    applied = min(_applied(content, charged), charged.total, total)
    others = len({each.invoice_id for each in content.transaction.linked_invoices or ()}) > 1
    notes = (f"{AT}.transaction.linked_invoices: the tax of all but one is not known",)
    unit = Decimal(1).scaleb(int(charged.total.as_tuple().exponent))
    share = (tax * applied / total).quantize(unit, ROUND_HALF_EVEN)
    return share, notes if others else ()


def _applied(content: Content, charged: Money) -> Decimal:
    """Return how much of a payment went to its invoice; all of it where nothing says so."""
    invoice = content.invoice
    for at, each in enumerate(content.transaction.linked_invoices or ()):
        if invoice is not None and each.invoice_id == invoice.id:
            path = f"{AT}.transaction.linked_invoices[{at}].applied_amount"
            return major_units(each.applied_amount, charged.currency, path, EXPONENTS)
    return charged.total


def _coupon(invoice: Invoice | None) -> str | None:
    discounts = invoice.discounts if invoice else None
    found = (each.coupon_id or each.entity_id for each in discounts or ())
    return next((each for each in found if each), None)


def _items(
    invoice: Invoice, money: Money, options: ChargebeeOptions
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what was sold; lines that cannot be read cost the items and not the payment."""
    if money.tax is None or not invoice.total or invoice.tax is None:
        return (), ()
    try:
        lines = [
            _line(line, invoice, money.currency, f"{LINES}[{at}]", options)
            for at, line in enumerate(invoice.line_items or ())
        ]
    except UnusableError as error:
        return (), (str(error),)
    whole = major_units(invoice.total - invoice.tax, money.currency, LINES, EXPONENTS)
    if whole and money.net < whole:
        lines = lines_share(lines, Fraction(money.net / whole))
    return items_of(lines, money.net, LINES)


def _line(
    line: LineItem, invoice: Invoice, currency: str, path: str, options: ChargebeeOptions
) -> Line:
    def major(minor: int | None, name: str) -> Decimal:
        sign = -1 if (minor or 0) < 0 else 1
        return sign * major_units(abs(minor or 0), currency, f"{path}.{name}", EXPONENTS)

    discount = major(line.discount_amount, "discount_amount")
    net = major(line.amount, "amount") - discount
    if invoice.price_type == _INCLUSIVE:
        net -= major(line.tax_amount, "tax_amount")
    return Line(
        net=net,
        quantity=1 if line.quantity is None else line.quantity,
        discount=discount,
        item_id=(line.id if options.item_id == "line" else line.entity_id) or line.id,
        item_name=line.description,
    )
