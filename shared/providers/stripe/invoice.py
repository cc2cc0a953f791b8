"""An invoice: the money of everything that has a subscription, and of others by choice."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import msgspec

from shared.decoding import Reference, id_of, read
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.item import items_share
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import share_of
from shared.providers.metadata import (
    SESSION_PREFIX,
    Metadata,
    consent_of_key,
    decode_metadata,
    is_nothing,
    stricter_answer,
)
from shared.providers.minor_units import Amount, major_units
from shared.providers.stripe.fields import (
    AT,
    NOTHING,
    Id,
    ids,
    link_of,
    moment,
    paid_subject,
    payment_id,
    subject,
    to_money,
)
from shared.providers.stripe.invoice_shape import PATH, Invoice, Payment, to_lines
from shared.providers.stripe.items import Items, to_items
from shared.providers.stripe.options import StripeOptions

# Any other reason, known or not, is an invoice that the operator has to want: `manual` may be
# the second word on a Checkout session's money.
_TYPES: Final[Mapping[str | None, PurchaseType]] = {
    "subscription_create": PurchaseType.START,
    "subscription_cycle": PurchaseType.RENEWAL,
    "subscription_update": PurchaseType.UPDATE,
    "subscription_threshold": PurchaseType.USAGE,
    # Before May 2018 for updates, cycles and thresholds alike; most of them were cycles.
    "subscription": PurchaseType.RENEWAL,
    "automatic_pending_invoice_item_invoice": PurchaseType.USAGE,
}
# Of an invoice with a subscription these are that subscription's, of others an operator's choice.
_OF_SUBSCRIPTION: Final[Mapping[str | None, PurchaseType]] = {
    "manual": PurchaseType.UPDATE,
    "quote_accept": PurchaseType.START,
}
# What an invoice says beside its money; unreadable, it is left out.
_DISPENSABLE: Final = (
    "attempt_count",
    "discount",
    "discounts",
    "lines",
    "payments",
    "status_transitions",
)


def from_invoice(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    """Return the purchase of `invoice.paid`.

    Args:
        event: The notification.
        options: Which invoices count, and what transaction and item ids are.

    Raises:
        UnusableError: The invoice is money but cannot be read.
    """
    invoice, dropped = paid_subject(event, Invoice, "invoice", _DISPENSABLE)
    kind = _kind(invoice)
    if (reason := _no_money(invoice, kind, options)) is not None:
        return reason
    billed = _money(invoice)
    money = _collected(invoice, billed, options)
    own, both = Metadata(invoice.metadata), _metadata(invoice)
    # A subscription's metadata is repeated on every invoice: its order id is the first one's.
    naming = both if kind is PurchaseType.START else own
    transaction_id = naming.transaction_id(options.transaction_id_keys) or invoice.id
    context = both.context()
    found = _items(invoice, billed, money, options)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=_paid_at(invoice) or event.created_at,
        context=context if kind is PurchaseType.START else without_session(context),
        source=event.source,
        items=found.items,
        references=ids(invoice.id, *invoice.payers, transaction_id),
        customer_references=ids(invoice.of_subscription.subscription, invoice.customer_id),
        customer_ref=invoice.customer_id,
        purchase_type=kind,
        coupon=invoice.coupon,
        buyer_may_come=kind is PurchaseType.START,
        payment_id=payment_id(invoice.id),
        notes=tuple(dict.fromkeys((*dropped, *own.notes, *both.notes, *found.notes))),
    )


def _kind(invoice: Invoice) -> PurchaseType:
    reason = invoice.billing_reason
    if invoice.of_subscription.subscription and reason in _OF_SUBSCRIPTION:
        return _OF_SUBSCRIPTION[reason]
    return _TYPES.get(reason, PurchaseType.INVOICE)


def from_failed_invoice(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    """Return what `invoice.payment_failed` means: one event for each attempt, without a value.

    Args:
        event: The notification.
        options: Whether failed payments are sent.

    Raises:
        UnusableError: The invoice cannot be read.
    """
    if not options.payment_failed:
        return Ignored("failed payments are not sent")
    invoice = subject(event, Invoice, "invoice")
    metadata = _metadata(invoice)
    attempt = invoice.attempt_count
    return Conversion(
        kind=Kind.PAYMENT_FAILED,
        transaction_id=None,
        business_key=event.source.event_id if attempt is None else f"{invoice.id}:{attempt}",
        money=None,
        occurred_at=event.created_at,
        context=without_session(metadata.context()),
        source=event.source,
        references=ids(invoice.id, *invoice.payers),
        customer_references=ids(invoice.of_subscription.subscription, invoice.customer_id),
        customer_ref=invoice.customer_id,
        params={} if attempt is None else {"attempt_count": attempt},
        notes=tuple(metadata.notes),
    )


class InvoicePayment(msgspec.Struct, frozen=True):
    """An `invoice_payment`: since basil the only word on which intent paid which invoice."""

    id: Id
    object: str = "invoice_payment"
    invoice: Reference = None
    payment: Payment | None = None


def from_invoice_payment(event: ProviderEvent, _options: StripeOptions) -> Link | Ignored:
    """Return the ids that `invoice_payment.paid` says are one order's.

    Args:
        event: The notification.

    Raises:
        UnusableError: It cannot be read.
    """
    paid = subject(event, InvoicePayment, "invoice_payment")
    payment = paid.payment or Payment()
    return link_of("its invoice is the money", paid.invoice, payment.payment_intent, payment.charge)


def _no_money(invoice: Invoice, kind: PurchaseType, options: StripeOptions) -> Ignored | None:
    """Return why an invoice is no purchase; None if it is one."""
    if not invoice.is_paid:
        return Ignored("not paid")
    if kind is PurchaseType.INVOICE and not options.invoices:
        reason = "invoices without a subscription are not taken as money"
        return Ignored(reason, uncounted=ids(invoice.id, *invoice.payers))
    if invoice.total < 0:
        return Ignored("negative amount: a credit")
    if invoice.total == 0:
        trial = invoice.of_subscription.subscription if kind is PurchaseType.START else None
        return Ignored("zero amount", trial=id_of(trial))
    from_balance = invoice.amount_paid == 0 and not invoice.paid_out_of_band
    if from_balance and not options.balance_paid:
        reason = "nothing was paid: it was settled by credit"
        return Ignored(reason, uncounted=ids(invoice.id, *invoice.payers))
    return None


def _collected(invoice: Invoice, billed: Money, options: StripeOptions) -> Money:
    """Return what was collected of what was billed; tax and shipping in proportion.

    What a credit note took off before the payment nobody ever pays. What the customer's balance
    paid was counted when that was bought, unless the operator says so. What the balance owed, an
    invoice too small to charge for example, is collected with the next one.
    """
    paid = invoice.amount_paid
    credited = invoice.pre_payment_credit_notes_amount or 0
    if options.balance_paid:
        paid = invoice.total - credited
    elif invoice.paid_out_of_band and not paid:
        paid = invoice.total - credited if invoice.amount_due is None else invoice.amount_due
    most = invoice.total + max(invoice.starting_balance or 0, 0)
    paid = invoice.total if paid is None else min(paid, most)
    if paid == invoice.total:
        return billed
    return share_of(billed, major_units(paid, billed.currency, f"{AT}.amount_paid"))


def _paid_at(invoice: Invoice) -> datetime | None:
    times = invoice.status_transitions
    if times is None or times.paid_at is None:
        return None
    try:
        return moment(times.paid_at, f"{AT}.status_transitions.paid_at")
    except UnusableError:
        return None


def _metadata(invoice: Invoice) -> Metadata:
    return Metadata(overlaid(invoice.of_subscription.metadata, invoice.metadata))


def _money(invoice: Invoice) -> Money:
    """Return what was billed, split into value, tax and shipping."""
    cost = invoice.shipping_cost
    return to_money(
        invoice.currency,
        Amount(invoice.total, "total"),
        Amount(invoice.tax_amount, "total_taxes"),
        Amount(None if cost is None else cost.net, "shipping_cost"),
    )


def _items(invoice: Invoice, billed: Money, money: Money, options: StripeOptions) -> Items:
    """Return what was sold; lines that cannot be read cost the items and not the payment."""
    if invoice.lines is None:
        return Items()
    try:
        lines = to_lines(invoice.lines.data, options.item_id)
        found = to_items(lines, billed, PATH, whole=not invoice.lines.has_more)
    except UnusableError as error:
        return Items(notes=(str(error),))
    if money.total == billed.total:
        return found
    return Items(items_share(found.items, Fraction(money.total / billed.total)), found.notes)


_CLIENT: Final = frozenset({"ga_client_id", "ga_cookie"})
_SESSION: Final = frozenset(
    {"ga_session_id", "ga_session_cookie", "ga_session_number", "ga_captured_at"}
)


def overlaid(below: msgspec.Raw, above: msgspec.Raw) -> msgspec.Raw:
    """Return the metadata of `below` overlaid by that of `above`; a denial in either counts.

    A client or a session is taken whole from one of them: a client of one with the session of
    the other would be somebody who never was. What cannot be read, or is no object, is returned
    as it is.

    Args:
        below: E.g. a subscription's.
        above: E.g. its invoice's.
    """
    if not bytes(below):
        return above
    far, near = _read(below), _read(above)
    if far is None or near is None:
        # A denial may stand in what cannot be read: nothing of the other may hide that.
        return below if far is None else above
    other_client = not near.keys().isdisjoint(_CLIENT)
    other_session = other_client or any(map(_is_of_session, near))
    kept = {
        key: value
        for key, value in far.items()
        if not (other_client and key in _CLIENT) and not (other_session and _is_of_session(key))
    }
    both = {
        key: stricter_answer(kept[key], near[key])
        for key in kept.keys() & near.keys()
        if consent_of_key(key) is not None
    }
    return msgspec.Raw(msgspec.json.encode({**kept, **near, **both}))


def _is_of_session(key: str) -> bool:
    return key in _SESSION or key.startswith(SESSION_PREFIX)


def _read(raw: msgspec.Raw) -> Mapping[str, Any] | None:
    """Return the object, an empty one of nothing; None of anything else."""
    try:
        found = decode_metadata(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):
        return found
    return {} if is_nothing(found) else None


class _Tagged(msgspec.Struct, frozen=True):
    metadata: msgspec.Raw = NOTHING


class _OfSubscription(msgspec.Struct, frozen=True):
    subscription_details: _Tagged | None = None


class _Object(_Tagged, frozen=True):
    subscription_details: _Tagged | None = None
    parent: _OfSubscription | None = None


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into an event's object; of an invoice, its subscription's too.

    Args:
        event: The notification; an object that cannot be read has none.
    """
    try:
        found = read(event.object, _Object)
    except UnusableError:
        return Metadata(NOTHING)
    details = (found.parent and found.parent.subscription_details) or found.subscription_details
    return Metadata(overlaid(details.metadata if details else NOTHING, found.metadata))
