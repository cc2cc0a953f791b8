"""A payment intent of a shop's own integration, which neither Checkout nor an invoice made."""

from decimal import Decimal
from typing import Final

from shared.decoding import id_of
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.money import Money
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.minor_units import currency_code, major_units
from shared.providers.stripe.fields import AT, ids, is_before, paid_subject, payment_id
from shared.providers.stripe.items import Items, Line, bounded, counted, to_items
from shared.providers.stripe.money import Amount, to_money
from shared.providers.stripe.objects import AmountDetails, IntentLine, PaymentIntent
from shared.providers.stripe.options import StripeOptions

_CHECKOUT: Final = "a checkout session"
_NOT_TAKEN: Final = "payment intents are not taken as money"
_NAMES_ITS_OWNER: Final = "2025-09-30"
_DISPENSABLE: Final = ("amount_details.line_items", "latest_charge")
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
    intent, dropped = paid_subject(event, PaymentIntent, "payment_intent", _DISPENSABLE)
    owner = _owner(intent)
    unnamed = owner is None and is_before(event, _NAMES_ITS_OWNER)
    captured = intent.capture_method == "manual" and (unnamed or owner == _CHECKOUT)
    if owner is not None and not captured:
        return Ignored(f"owned by {owner}")
    if intent.status != "succeeded":
        return Ignored("not succeeded")
    if not options.payment_intents and not captured:
        return Ignored(_NOT_TAKEN, uncounted=ids(intent.id, intent.latest_charge))
    money = _money(intent)
    if money.total == 0:
        return Ignored("zero amount")
    metadata = Metadata(intent.metadata)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or intent.id
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
        customer_references=ids(intent.customer_id),
        customer_ref=intent.customer_id,
        purchase_type=PurchaseType.ONE_TIME,
        payment_id=payment_id(intent.id),
        # A session is placed long before its money is captured by hand.
        may_be_owned=(unnamed and not captured) or owner == _CHECKOUT,
        checkout=ids(intent.id, _reference(intent) or None) if captured else (),
        not_alone=_NOT_TAKEN if owner is None and not options.payment_intents else None,
        released=_released(intent),
        notes=(*dropped, *metadata.notes, *found.notes),
    )


def _released(intent: PaymentIntent) -> Decimal | None:
    """Return what was authorised and not captured, in major units; None for nothing."""
    received = intent.amount if intent.amount_received is None else intent.amount_received
    if not intent.currency or intent.amount <= received:
        return None
    code = currency_code(intent.currency, f"{AT}.currency")
    return major_units(intent.amount - received, code, f"{AT}.amount")


def _reference(intent: PaymentIntent) -> str:
    return (intent.payment_details and intent.payment_details.order_reference) or ""


def _owner(intent: PaymentIntent) -> str | None:
    """Return what made the intent, where the event says so.

    Before 2025-03-31.basil the intent names its invoice. Since 2025-09-30.clover `order_reference`
    holds the id of the invoice or the Checkout session. A Checkout session is not named before, and
    nothing is in between (https://docs.stripe.com/changelog).
    """
    if id_of(intent.invoice) is not None:
        return "an invoice"
    if _reference(intent).startswith("in_"):
        return "an invoice"
    return _CHECKOUT if _reference(intent).startswith("cs_") else None


def _money(intent: PaymentIntent) -> Money:
    """Return what was received, split where the shop gave it to Stripe."""
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
