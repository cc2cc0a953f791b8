"""An order as Stripe's objects, in the shapes of 2026-08-26.dahlia."""

from typing import Any

from tools.shop.order import Order

JsonObject = dict[str, Any]


def checkout_session(order: Order, *, payment_status: str) -> JsonObject:
    """The Checkout session in payment mode."""
    is_free = order.total == 0
    return {
        **_session_frame(order),
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


def trial_session(order: Order) -> JsonObject:
    """A Checkout session in subscription mode that begins a trial: no money yet."""
    return {
        **_session_frame(order),
        "mode": "subscription",
        "payment_status": "no_payment_required",
        "amount_subtotal": 0,
        "amount_total": 0,
        "discounts": [],
        "invoice": f"in_1{order.key}",
        "payment_intent": None,
        "shipping_cost": None,
        "subscription": f"sub_1{order.key}",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    }


def payment_intent(order: Order) -> JsonObject:
    """The succeeded payment intent that Checkout made."""
    return {
        "id": order.payment_intent,
        "object": "payment_intent",
        "amount": order.total,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": order.total,
        "capture_method": "automatic_async",
        "created": order.placed_at,
        "currency": order.currency.code.lower(),
        "customer": order.customer,
        "description": None,
        "latest_charge": _charge_id(order),
        "livemode": False,
        "metadata": order.metadata,
        "payment_details": {"customer_reference": None, "order_reference": order.session},
        "payment_method_types": ["card"],
        "receipt_email": None,
        "status": "succeeded",
    }


def charge(order: Order) -> JsonObject:
    """The captured charge of the payment intent, with a snapshot of its metadata."""
    return {
        "id": _charge_id(order),
        "object": "charge",
        "amount": order.total,
        "amount_captured": order.total,
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": order.email, "name": None, "phone": None},
        "captured": True,
        "created": order.placed_at,
        "currency": order.currency.code.lower(),
        "customer": order.customer,
        "disputed": False,
        "livemode": False,
        "metadata": order.metadata,
        "paid": True,
        "payment_intent": order.payment_intent,
        "refunded": False,
        "status": "succeeded",
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


def _session_frame(order: Order) -> JsonObject:
    return {
        "id": order.session,
        "object": "checkout.session",
        "client_reference_id": None,
        "collected_information": {"shipping_details": None},
        "created": order.placed_at,
        "currency": order.currency.code.lower(),
        "customer": order.customer,
        "customer_details": {"address": None, "email": order.email, "name": None, "phone": None},
        "expires_at": order.placed_at + 86_400,
        "livemode": False,
        "metadata": order.metadata,
        "payment_link": None,
        "payment_method_types": ["card", "sepa_debit"],
        "setup_intent": None,
        "status": "complete",
        "success_url": "https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}",
        "ui_mode": "hosted_page",
        "url": None,
    }


def _discounts(order: Order) -> list[JsonObject]:
    if not order.discount:
        return []
    return [{"coupon": f"co_{order.key[:8]}", "promotion_code": f"promo_1{order.key}"}]


def _charge_id(order: Order) -> str:
    return f"ch_3{order.key}"
