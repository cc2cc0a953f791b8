"""An invoice: the money of everything that has a subscription, and of others by choice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from shared.decoding import id_of
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.money import Money
from shared.domain.without_session import without_session
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.stripe.fields import AT, ids, subject
from shared.providers.stripe.invoice_lines import PATH, to_lines
from shared.providers.stripe.invoice_shape import Invoice
from shared.providers.stripe.items import Items, to_items
from shared.providers.stripe.moments import moment
from shared.providers.stripe.money import Amount, to_money
from shared.providers.stripe.options import StripeOptions
from shared.providers.stripe.overlay import overlaid

# Any other reason, known or not, is an invoice that the operator has to want: `manual` may be
# the second word on a Checkout session's money.
_TYPES: Final[Mapping[str | None, PurchaseType]] = {
    "subscription_create": PurchaseType.START,
    "subscription_cycle": PurchaseType.RENEWAL,
    "subscription_update": PurchaseType.UPDATE,
    "subscription_threshold": PurchaseType.USAGE,
    # Before May 2018 for updates, cycles and thresholds alike; most of them were cycles.
    "subscription": PurchaseType.RENEWAL,
}


def from_invoice(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    """Return the purchase of `invoice.paid`.

    Args:
        event: The notification.
        options: Which invoices count, and what transaction and item ids are.

    Raises:
        UnusableError: The invoice is money but cannot be read.
    """
    invoice = subject(event, Invoice, "invoice")
    kind = _TYPES.get(invoice.billing_reason, PurchaseType.INVOICE)
    if (reason := _no_money(invoice, kind, options)) is not None:
        return Ignored(reason)
    money = _money(invoice)
    own, both = Metadata(invoice.metadata), _metadata(invoice)
    # A subscription's metadata is repeated on every invoice: its order id is the first one's.
    naming = both if kind is PurchaseType.START else own
    transaction_id = naming.transaction_id(options.transaction_id_keys) or invoice.id
    context = both.context()
    customer = id_of(invoice.customer) or invoice.customer_account
    found = _items(invoice, money, options)
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
        customer_references=ids(invoice.of_subscription.subscription, customer),
        customer_ref=customer,
        purchase_type=kind,
        coupon=invoice.coupon,
        notes=tuple(dict.fromkeys((*own.notes, *both.notes, *found.notes))),
    )


def from_failed_invoice(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    """Return what `invoice.payment_failed` means: one event for each attempt, without a value.

    Args:
        event: The notification.
        options: Whether failed payments are told.

    Raises:
        UnusableError: The invoice cannot be read.
    """
    if not options.payment_failed:
        return Ignored("failed payments are not told")
    invoice = subject(event, Invoice, "invoice")
    metadata = _metadata(invoice)
    customer = id_of(invoice.customer) or invoice.customer_account
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
        customer_references=ids(invoice.of_subscription.subscription, customer),
        customer_ref=customer,
        params={} if attempt is None else {"attempt_count": attempt},
        notes=tuple(metadata.notes),
    )


def _no_money(invoice: Invoice, kind: PurchaseType, options: StripeOptions) -> str | None:
    """Return why an invoice is no purchase; None if it is one."""
    if kind is PurchaseType.INVOICE and not options.invoices:
        return "invoices without a subscription are not taken as money"
    if not invoice.is_paid:
        return "not paid"
    if invoice.total <= 0:
        return "zero amount" if invoice.total == 0 else "negative amount: a credit"
    from_balance = invoice.amount_paid == 0 and not invoice.paid_out_of_band
    if from_balance and not options.balance_paid:
        return "nothing was paid: it was settled by credit"
    return None


def _paid_at(invoice: Invoice) -> datetime | None:
    times = invoice.status_transitions
    if times is None or times.paid_at is None:
        return None
    return moment(times.paid_at, f"{AT}.status_transitions.paid_at")


def _metadata(invoice: Invoice) -> Metadata:
    return Metadata(overlaid(invoice.of_subscription.metadata, invoice.metadata))


def _money(invoice: Invoice) -> Money:
    """Return what was billed, split into value, tax and shipping (payments sheet 4.3)."""
    cost = invoice.shipping_cost
    return to_money(
        invoice.currency,
        Amount(invoice.total, "total"),
        Amount(invoice.tax_amount, "total_taxes"),
        Amount(None if cost is None else cost.net, "shipping_cost"),
    )


def _items(invoice: Invoice, money: Money, options: StripeOptions) -> Items:
    if invoice.lines is None:
        return Items()
    lines = to_lines(invoice.lines.data, options.item_id)
    return to_items(lines, money, PATH, whole=not invoice.lines.has_more)
