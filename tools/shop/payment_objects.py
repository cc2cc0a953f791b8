"""A payment as Stripe's objects: the intent and its charge."""

from tools.shop.sale import Sale
from tools.shop.shape import Shape
from tools.shop.stripe_event import JsonObject


def payment_intent(sale: Sale) -> JsonObject:
    """The succeeded payment intent that Checkout or an invoice made."""
    reference = {"customer_reference": None, "order_reference": sale.owner}
    return {
        "id": sale.payment_intent,
        "object": "payment_intent",
        "amount": sale.total,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": sale.total,
        "capture_method": "automatic_async",
        "created": sale.paid_at,
        "currency": sale.currency.code.lower(),
        "customer": sale.customer,
        "description": None,
        "latest_charge": sale.charge,
        "livemode": False,
        "metadata": dict(sale.payment_metadata),
        "payment_method_types": ["card"],
        "receipt_email": None,
        "status": "succeeded",
        **_of_owner(sale, {"payment_details": reference}),
    }


def charge(sale: Sale, *, refunded: int = 0, is_disputed: bool = False) -> JsonObject:
    """The captured charge of the payment intent, with a snapshot of its metadata.

    Args:
        sale: What was paid.
        refunded: What was given back so far.
        is_disputed: Whether the buyer complained at the bank.
    """
    return {
        "id": sale.charge,
        "object": "charge",
        "amount": sale.total,
        "amount_captured": sale.total,
        "amount_refunded": refunded,
        "billing_details": {"address": None, "email": sale.email, "name": None, "phone": None},
        "captured": True,
        "created": sale.paid_at,
        "currency": sale.currency.code.lower(),
        "customer": sale.customer,
        "disputed": is_disputed,
        "livemode": False,
        "metadata": dict(sale.payment_metadata),
        "paid": True,
        "payment_intent": sale.payment_intent,
        "refunded": refunded == sale.total,
        "status": "succeeded",
        **_of_owner(sale, {}),
    }


def _of_owner(sale: Sale, since_basil: JsonObject) -> JsonObject:
    """What says whose the payment is; before basil an invoice's had its id."""
    if sale.shape is Shape.SINCE_BASIL:
        return since_basil
    return {"invoice": sale.owner if sale.owner.startswith("in_") else None}
