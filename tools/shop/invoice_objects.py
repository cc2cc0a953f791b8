"""A subscription's invoice as Stripe's objects, before and since basil."""

from tools.shop.invoice_amounts import discounts, tax_amounts, taxes
from tools.shop.invoice_line import invoice_line
from tools.shop.shape import Shape
from tools.shop.stripe_event import JsonObject
from tools.shop.subscription import Invoice


def invoice_object(invoice: Invoice) -> JsonObject:
    """The paid invoice of a period."""
    tells_more = _before_basil if invoice.shape is Shape.BEFORE_BASIL else _since_basil
    return {
        "id": invoice.id,
        "object": "invoice",
        "amount_due": invoice.total,
        "amount_paid": invoice.total,
        "amount_remaining": 0,
        "billing_reason": "subscription_cycle" if invoice.number else "subscription_create",
        "created": invoice.paid_at - (3_600 if invoice.number else 0),
        "currency": invoice.currency.code.lower(),
        "customer": invoice.customer,
        "customer_email": invoice.email,
        "discounts": [f"di_1{invoice.key}"] if invoice.discount else [],
        "lines": {"object": "list", "data": [invoice_line(invoice)], "has_more": False},
        "livemode": False,
        "metadata": {},
        "shipping_cost": None,
        "starting_balance": 0,
        "status": "paid",
        "status_transitions": {"finalized_at": invoice.paid_at, "paid_at": invoice.paid_at},
        "subtotal": invoice.shown_subtotal,
        "total": invoice.total,
        "total_discount_amounts": discounts(invoice),
        "total_excluding_tax": invoice.total - invoice.tax,
        **tells_more(invoice),
    }


def invoice_payment(invoice: Invoice) -> JsonObject:
    """What an invoice was paid with: since basil the only word on it."""
    return {
        "id": f"inpay_1{invoice.key}",
        "object": "invoice_payment",
        "amount_paid": invoice.total,
        "amount_requested": invoice.total,
        "created": invoice.paid_at,
        "currency": invoice.currency.code.lower(),
        "invoice": invoice.id,
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": invoice.payment_intent},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": invoice.paid_at},
    }


def _since_basil(invoice: Invoice) -> JsonObject:
    subscription = invoice.subscription
    return {
        "amount_overpaid": 0,
        "parent": {
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {
                "metadata": subscription.metadata,
                "subscription": subscription.id,
            },
        },
        "total_taxes": taxes(invoice),
    }


def _before_basil(invoice: Invoice) -> JsonObject:
    is_free = invoice.total == 0
    return {
        "charge": None if is_free else invoice.charge,
        "discount": None,
        "paid": True,
        "paid_out_of_band": False,
        "payment_intent": None if is_free else invoice.payment_intent,
        "subscription": invoice.subscription.id,
        "subscription_details": {"metadata": invoice.subscription.metadata or None},
        "tax": invoice.tax,
        "total_tax_amounts": tax_amounts(invoice),
    }
