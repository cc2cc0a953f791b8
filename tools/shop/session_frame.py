"""What every Checkout session has."""

from tools.shop.currency import Currency
from tools.shop.stripe_event import JsonObject


def session_frame(
    name: str, *, created: int, currency: Currency, customer: str | None, email: str
) -> JsonObject:
    """A completed session without its money and its metadata.

    Args:
        name: Stripe's id of it.
        created: When the buyer opened it, in Unix seconds.
        currency: What it is paid in.
        customer: The Stripe customer; none for a guest.
        email: The buyer's address.
    """
    return {
        "id": name,
        "object": "checkout.session",
        "client_reference_id": None,
        "collected_information": {"shipping_details": None},
        "created": created,
        "currency": currency.code.lower(),
        "customer": customer,
        "customer_details": {"address": None, "email": email, "name": None, "phone": None},
        "expires_at": created + 86_400,
        "livemode": False,
        "payment_link": None,
        "payment_method_types": ["card", "sepa_debit"],
        "setup_intent": None,
        "status": "complete",
        "success_url": "https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}",
        "ui_mode": "hosted_page",
        "url": None,
    }
