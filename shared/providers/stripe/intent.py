"""A payment intent of a shop's own integration, which neither Checkout nor an invoice made."""

from shared.decoding import id_of
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.money import Money
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.stripe.fields import AT, ids, subject
from shared.providers.stripe.items import Items, Line, bounded, counted, to_items
from shared.providers.stripe.money import Amount, to_money
from shared.providers.stripe.objects import AmountDetails, IntentLine, PaymentIntent
from shared.providers.stripe.options import StripeOptions

_DETAILS = f"{AT}.amount_details"
_LINES = f"{_DETAILS}.line_items.data"


def from_intent(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    """Return the purchase of `payment_intent.succeeded`, unless another event is its money.

    Args:
        event: The notification.
        options: Whether payment intents count at all, and which metadata keys hold the
            transaction id.

    Raises:
        UnusableError: The payment intent is money of its own but cannot be read.
    """
    if not options.payment_intents:
        return Ignored("payment intents are not taken as money")
    intent = subject(event, PaymentIntent, "payment_intent")
    if (owner := _owner(intent)) is not None:
        return Ignored(f"owned by {owner}")
    if intent.status != "succeeded":
        return Ignored("not succeeded")
    money = _money(intent)
    if money.total == 0:
        return Ignored("zero amount")
    metadata = Metadata(intent.metadata)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or intent.id
    customer = id_of(intent.customer) or intent.customer_account
    found = _items(intent.amount_details, money)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=metadata.context(),
        source=event.source,
        items=found.items,
        references=ids(intent.id, intent.latest_charge, transaction_id),
        customer_references=ids(customer),
        customer_ref=customer,
        purchase_type=PurchaseType.ONE_TIME,
        notes=(*metadata.notes, *found.notes),
    )


def _owner(intent: PaymentIntent) -> str | None:
    """Return what made the intent, where the event tells (payments sheet 3.2).

    Before basil the intent names its invoice; since clover `order_reference` holds the id of the
    invoice or the Checkout session. In between nothing tells.
    """
    if id_of(intent.invoice) is not None:
        return "an invoice"
    reference = (intent.payment_details and intent.payment_details.order_reference) or ""
    if reference.startswith("in_"):
        return "an invoice"
    if reference.startswith("cs_"):
        return "a checkout session"
    return None


def _money(intent: PaymentIntent) -> Money:
    """Return what was received, split where the shop told Stripe (payments sheet 4.3)."""
    # Stripe always sends amount_received; senders that speak for it may leave it out, and a
    # succeeded intent was paid in full or says otherwise.
    received = intent.amount if intent.amount_received is None else intent.amount_received
    parts = intent.amount_details
    return to_money(
        intent.currency,
        Amount(received, "amount_received"),
        Amount(_tax(parts), "amount_details.tax"),
        Amount(
            parts.shipping.amount if parts and parts.shipping else None, "amount_details.shipping"
        ),
    )


def _tax(parts: AmountDetails | None) -> int | None:
    """Return the tax: Stripe takes it for the whole or for each line, never both."""
    if parts is None:
        return None
    if parts.tax is not None and parts.tax.total_tax_amount is not None:
        return parts.tax.total_tax_amount
    taxes = [
        line.tax.total_tax_amount
        for line in (parts.line_items.data if parts.line_items else ())
        if line.tax is not None and line.tax.total_tax_amount is not None
    ]
    return sum(taxes) if taxes else None


def _items(parts: AmountDetails | None, money: Money) -> Items:
    if parts is None or parts.line_items is None:
        return Items()
    lines = [_line(line, f"{_LINES}[{at}]") for at, line in enumerate(parts.line_items.data)]
    if lines and parts.tip is not None and parts.tip.amount:
        # Part of the value, and of no product's price.
        lines.append(Line("tip", "Tip", bounded(parts.tip.amount, f"{_DETAILS}.tip.amount")))
    return to_items(
        lines,
        money,
        _LINES,
        whole=not parts.line_items.has_more,
        credit=bounded(parts.discount_amount or 0, f"{_DETAILS}.discount_amount"),
    )


def _line(line: IntentLine, path: str) -> Line:
    quantity = counted(line.quantity, f"{path}.quantity")
    discount = bounded(line.discount_amount or 0, f"{path}.discount_amount")
    name = line.product_name if line.product_name and "@" not in line.product_name else None
    return Line(
        item_id=line.product_code or None,
        item_name=name or (None if line.product_code else "unnamed"),
        net=bounded(line.unit_cost * line.quantity - discount, f"{path}.unit_cost"),
        discount=discount,
        quantity=quantity,
    )
