"""A Checkout session in payment mode, once it is paid."""

from decimal import Decimal

from shared.conversions.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.conversions.money import Money
from shared.errors import UnusableError
from shared.payments.amounts import currency_code, major_units
from shared.payments.metadata import Metadata
from shared.payments.notification import Notification
from shared.payments.stripe.objects import CheckoutSession
from shared.payments.stripe.options import StripeOptions
from shared.payments.wire import id_of, read

AT = "data.object"


def from_session(event: Notification, options: StripeOptions) -> Conversion | Ignored:
    """Return the purchase of `checkout.session.completed` or `.async_payment_succeeded`.

    The money moved when the event was made; `session.created` is when the page was opened, up to
    a day earlier.

    Args:
        event: The notification.
        options: Which metadata keys hold the transaction id.

    Raises:
        UnusableError: The session is paid but its money cannot be read.
    """
    session = read(event.object, CheckoutSession, at=AT)
    if session.object != "checkout.session":
        raise UnusableError(f"{AT}.object", "not checkout.session")
    if session.mode != "payment":
        return Ignored(f"checkout in {_known_mode(session.mode)} mode: no purchase")
    if session.payment_status != "paid":
        return Ignored("not paid: the money comes with a later event")
    money = _money(session)
    if money.total == 0:
        return Ignored("zero amount")
    metadata = Metadata(session.metadata)
    intent = id_of(session.payment_intent)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or intent or session.id
    customer = id_of(session.customer)
    references = (
        session.id,
        intent,
        id_of(session.invoice),
        session.client_reference_id,
        customer,
        transaction_id,
    )
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
        coupon=next((d.name for d in session.discounts or () if d.name), None),
        notes=tuple(metadata.notes),
    )


def _known_mode(mode: str) -> str:
    """Return a mode of Stripe's, or `unknown`: the text goes into an answer."""
    return mode if mode in {"subscription", "setup"} else "unknown"


def _money(session: CheckoutSession) -> Money:
    """Return what the session cost, split into value, tax and shipping (payments sheet 4.3)."""
    if session.amount_total is None:
        raise UnusableError(f"{AT}.amount_total", "missing")
    currency = currency_code(session.currency, f"{AT}.currency")

    def major(minor: int | None, field: str) -> Decimal | None:
        return None if minor is None else major_units(minor, currency, f"{AT}.{field}")

    parts = session.total_details
    tax = major(parts.amount_tax if parts else None, "total_details.amount_tax")
    if session.shipping_cost is not None:
        # Less its tax: where tax is inclusive, total_details.amount_shipping still contains it.
        shipping = major(
            session.shipping_cost.amount_total - session.shipping_cost.amount_tax, "shipping_cost"
        )
    else:
        shipping = major(parts.amount_shipping if parts else None, "total_details.amount_shipping")
    total = major_units(session.amount_total, currency, f"{AT}.amount_total")
    money = Money(currency, total, tax, shipping)
    if money.net < 0:
        raise UnusableError(f"{AT}.amount_total", "less than its tax and shipping")
    return money
