"""Stripe's objects as a shop's account gets them, with a usual value for everything but times.

Whoever makes one gives its times, and whatever else is to differ, as fields. Invoices are in both
of their shapes: before and since 2025-03-31.basil.
"""

import json
from typing import Any

from tools.traffic.request import Json


def checkout_session(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a paid Checkout session of 27.60 EUR: 18.00 of goods, 4.60 of tax, 5.00 of shipping.

    Args:
        fields: What is different.
    """
    return {
        "id": "cs_test_1",
        "object": "checkout.session",
        "amount_subtotal": 2000,
        "amount_total": 2760,
        "client_reference_id": None,
        "collected_information": {"shipping_details": None},
        "currency": "eur",
        "customer": "cus_1",
        "customer_details": billing_details("jane@example.com", "Jane Roe"),
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "mode": "payment",
        "payment_intent": "pi_1",
        "payment_link": None,
        "payment_method_types": ["card", "sepa_debit"],
        "payment_status": "paid",
        "setup_intent": None,
        "shipping_cost": {"amount_subtotal": 500, "amount_tax": 100, "amount_total": 600},
        "status": "complete",
        "subscription": None,
        "success_url": "https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}",
        "total_details": {"amount_discount": 200, "amount_shipping": 500, "amount_tax": 460},
        "ui_mode": "hosted_page",
        "url": None,
        **fields,
    }


def billing_details(email: str | None, name: str | None = None) -> Json:
    """Return who pays."""
    return {"address": None, "email": email, "name": name, "phone": None}


def payment_intent(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a payment intent that succeeded with 20.00 USD, made by the shop itself.

    Args:
        fields: What is different.
    """
    return {
        "id": "pi_9",
        "object": "payment_intent",
        "amount": 2000,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 2000,
        "capture_method": "automatic_async",
        "currency": "usd",
        "customer": "cus_1",
        "description": None,
        "latest_charge": "ch_1",
        "livemode": False,
        "metadata": {},
        "payment_method_types": ["card"],
        "receipt_email": None,
        "status": "succeeded",
        **fields,
    }


def charge(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a captured charge of 20.00 USD that no payment intent made."""
    return {
        "id": "ch_9",
        "object": "charge",
        "amount": 2000,
        "amount_captured": 2000,
        "amount_refunded": 0,
        "billing_details": billing_details(None),
        "captured": True,
        "currency": "usd",
        "customer": "cus_1",
        "disputed": False,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": None,
        "refunded": False,
        "status": "succeeded",
        **fields,
    }


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of 5.00 EUR that succeeded. Stripe does not say what of it is tax."""
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "balance_transaction": "txn_1",
        "charge": "ch_1",
        "currency": "eur",
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": {},
        "payment_intent": "pi_1",
        "reason": "requested_by_customer",
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
        **fields,
    }


def dispute(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a dispute of 27.60 EUR."""
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 2760,
        "balance_transactions": [],
        "charge": "ch_1",
        "currency": "eur",
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {"due_by": None, "has_evidence": False, "submission_count": 0},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": "pi_1",
        "reason": "fraudulent",
        "status": "needs_response",
        **fields,
    }


def old_line(amount: int = 1000, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a line of a subscription's invoice as it was before basil."""
    return {
        **_line(amount),
        "plan": {"id": "price_1", "object": "plan", "product": "prod_1"},
        "price": {"id": "price_1", "object": "price", "product": "prod_1", "metadata": {}},
        "proration": False,
        "subscription": "sub_1",
        "tax_amounts": [],
        "type": "subscription",
        **fields,
    }


def new_line(amount: int = 1000, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the same line as it is since basil."""
    return {
        **_line(amount),
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {"proration": False, "subscription": "sub_1"},
        },
        "pricing": {
            "type": "price_details",
            "price_details": {"price": "price_1", "product": "prod_1"},
            "unit_amount_decimal": "1000",
        },
        "quantity_decimal": "1",
        "subtotal": amount,
        "taxes": [],
        **fields,
    }


def old_invoice(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a paid renewal of 11.90 EUR, 1.90 of it tax, as it was before basil."""
    return {
        **_invoice(old_line()),
        "charge": "ch_1",
        "discount": None,
        "paid": True,
        "paid_out_of_band": False,
        "payment_intent": "pi_1",
        "subscription": "sub_1",
        "subscription_details": {"metadata": {"ga_client_id": "1.2"}},
        "tax": 190,
        "total_tax_amounts": [{"amount": 190, "inclusive": False, "tax_rate": "txr_1"}],
        **fields,
    }


def new_invoice(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the same invoice as it is since basil."""
    return {
        **_invoice(new_line()),
        "amount_overpaid": 0,
        "customer_account": None,
        "parent": invoice_parent("sub_1", {"ga_client_id": "1.2"}),
        "total_taxes": [{"amount": 190, "tax_behavior": "exclusive"}],
        **fields,
    }


def invoice_parent(subscription_id: str, metadata: object) -> Json:
    """Return what names an invoice's subscription since basil, with the metadata it had then."""
    return {
        "type": "subscription_details",
        "quote_details": None,
        "subscription_details": {"metadata": metadata, "subscription": subscription_id},
    }


def invoice_payment(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the payment of an invoice by a payment intent: since basil what says it."""
    return {
        "id": "inpay_1",
        "object": "invoice_payment",
        "amount_paid": 1190,
        "amount_requested": 1190,
        "currency": "eur",
        "invoice": "in_1",
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
        "status": "paid",
        **fields,
    }


def credit_note(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a credit note of an invoice, paid back by one refund."""
    return {
        "id": "cn_1",
        "object": "credit_note",
        "invoice": "in_1",
        "refunds": [{"refund": "re_1", "amount_refunded": 500}],
        "total": 500,
        **fields,
    }


def subscription(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an active subscription."""
    return {
        "id": "sub_1",
        "object": "subscription",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "currency": "eur",
        "customer": "cus_1",
        "ended_at": None,
        "livemode": False,
        "metadata": {},
        "status": "active",
        "trial_end": None,
        "trial_start": None,
        **fields,
    }


def event(subject: object, kind: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a snapshot event around an object.

    Args:
        subject: The object.
        kind: The event's type.
        fields: When it was created, and what is different.
    """
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "livemode": True,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        "data": {"object": subject},
        **fields,
    }


def as_bytes(document: object) -> bytes:
    """Return JSON as Stripe writes it: over several lines."""
    return json.dumps(document, indent=2).encode()


def _line(amount: int) -> Json:
    return {
        "id": "il_1",
        "object": "line_item",
        "amount": amount,
        "currency": "eur",
        "description": "1 \u00d7 Pro (at \u20ac10.00 / month)",
        "discount_amounts": [],
        "livemode": False,
        "metadata": {},
        "quantity": 1,
    }


def _invoice(line: Json) -> Json:
    return {
        "id": "in_1",
        "object": "invoice",
        "amount_paid": 1190,
        "amount_remaining": 0,
        "attempt_count": 1,
        "billing_reason": "subscription_cycle",
        "currency": "eur",
        "customer": "cus_1",
        "customer_email": "jane@example.com",
        "discounts": [],
        "lines": {"object": "list", "data": [line], "has_more": False, "total_count": 1},
        "livemode": False,
        "metadata": {},
        "shipping_cost": None,
        "starting_balance": 0,
        "status": "paid",
        "total": 1190,
    }
