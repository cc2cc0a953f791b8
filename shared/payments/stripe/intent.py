"""A payment intent of a shop's own integration, which neither Checkout nor an invoice made."""

from shared.conversions.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.conversions.money import Money
from shared.errors import UnusableError
from shared.payments.amounts import currency_code, major_units
from shared.payments.metadata import Metadata
from shared.payments.notification import Notification
from shared.payments.stripe.objects import PaymentIntent
from shared.payments.stripe.options import StripeOptions
from shared.payments.wire import id_of, read

AT = "data.object"


def from_intent(event: Notification, options: StripeOptions) -> Conversion | Ignored:
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
    intent = read(event.object, PaymentIntent, at=AT)
    if intent.object != "payment_intent":
        raise UnusableError(f"{AT}.object", "not payment_intent")
    if (owner := _owner(intent)) is not None:
        return Ignored(f"owned by {owner}")
    if intent.status != "succeeded":
        return Ignored("not succeeded")
    money = _money(intent)
    if money.total == 0:
        return Ignored("zero amount")
    metadata = Metadata(intent.metadata)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or intent.id
    customer = id_of(intent.customer)
    references = (intent.id, id_of(intent.latest_charge), customer, transaction_id)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=metadata.context(),
        source=event.source,
        references=tuple(dict.fromkeys(r for r in references if r)),
        customer_ref=customer,
        purchase_type=PurchaseType.ONE_TIME,
        notes=tuple(metadata.notes),
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
    currency = currency_code(intent.currency, f"{AT}.currency")
    # Stripe always sends amount_received; senders that speak for it may leave it out, and a
    # succeeded intent was paid in full or says otherwise.
    received = intent.amount if intent.amount_received is None else intent.amount_received
    parts = intent.amount_details
    tax = parts.tax.total_tax_amount if parts and parts.tax else None
    shipping = parts.shipping.amount if parts and parts.shipping else None
    money = Money(
        currency=currency,
        total=major_units(received, currency, f"{AT}.amount_received"),
        tax=None if tax is None else major_units(tax, currency, f"{AT}.amount_details.tax"),
        shipping=None
        if shipping is None
        else major_units(shipping, currency, f"{AT}.amount_details.shipping"),
    )
    if money.net < 0:
        raise UnusableError(f"{AT}.amount_received", "less than its tax and shipping")
    return money
