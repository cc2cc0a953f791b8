"""An order as Stripe's objects: the session, and the invoice that may stand beside it."""

from tools.shop.order import Order
from tools.shop.session_frame import session_frame
from tools.shop.stripe_event import JsonObject


def checkout_session(order: Order, *, payment_status: str) -> JsonObject:
    """The Checkout session in payment mode."""
    is_free = order.total == 0
    return {
        **session_frame(
            order.session,
            created=order.placed_at,
            currency=order.currency,
            customer=order.customer,
            email=order.email,
        ),
        "metadata": order.metadata,
        "mode": "payment",
        "payment_status": "no_payment_required" if is_free else payment_status,
        "amount_subtotal": order.shown_subtotal,
        "amount_total": order.total,
        "discounts": _discounts(order),
        "invoice": None,
        "payment_intent": None if is_free else order.payment_intent,
        "shipping_cost": {
            "amount_subtotal": order.shown_shipping,
            "amount_tax": order.shipping_tax,
            "amount_total": order.shipping + order.shipping_tax,
            "shipping_rate": f"shr_1{order.key[:20]}",
        }
        if order.shipping
        else None,
        "subscription": None,
        "total_details": {
            "amount_discount": order.shown_discount,
            "amount_shipping": order.shown_shipping,
            "amount_tax": order.tax,
        },
    }


def invoice(order: Order) -> JsonObject:
    """The paid invoice that Checkout made beside the payment, in `invoice_creation`."""
    currency = order.currency.code.lower()
    return {
        "id": f"in_1{order.key}",
        "object": "invoice",
        "amount_due": order.total,
        "amount_paid": order.total,
        "amount_remaining": 0,
        "billing_reason": "manual",
        "created": order.placed_at,
        "currency": currency,
        "customer": order.customer,
        "customer_email": order.email,
        "lines": {"object": "list", "data": [], "has_more": False},
        "livemode": False,
        "metadata": {},
        "parent": None,
        "status": "paid",
        "status_transitions": {"finalized_at": order.placed_at, "paid_at": order.placed_at},
        "subtotal": order.shown_subtotal,
        "total": order.total,
        "total_excluding_tax": order.total - order.tax,
        "total_taxes": [
            {
                "amount": order.tax,
                "tax_behavior": "inclusive" if order.tax_included else "exclusive",
                "taxable_amount": order.net + order.shipping,
                "type": "tax_rate_details",
            }
        ],
    }


def _discounts(order: Order) -> list[JsonObject]:
    if not order.discount:
        return []
    return [{"coupon": f"co_{order.key[:8]}", "promotion_code": f"promo_1{order.key}"}]
