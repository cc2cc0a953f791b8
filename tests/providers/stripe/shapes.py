"""Stripe's billing objects in both of their shapes: before and since 2025-03-31.basil."""

from typing import Any, Final

from shared.domain.event import DomainEvent
from shared.providers.stripe import StripeOptions, map_event, parse
from tests.support.builders import SECONDS
from tests.support.stripe_json import Json, event, verified

EVERYTHING: Final = StripeOptions(
    payment_intents=True,
    invoices=True,
    charges=True,
    disputes=True,
    lifecycle=True,
    payment_failed=True,
    balance_paid=True,
)


def domain_event(
    subject: object,
    kind: str,
    options: StripeOptions = EVERYTHING,
    previous: object = None,
) -> DomainEvent:
    """Return what an event around an object means.

    Args:
        subject: The object.
        kind: The event's type.
        options: The operator's choices; everything, where not given.
        previous: What the event says it changed.
    """
    data = {"object": subject} | ({} if previous is None else {"previous_attributes": previous})
    (notification,) = parse(verified(event(subject, kind, data=data)))
    return map_event(notification, options)


def old_line(amount: int = 1000, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a line of an invoice as it was before basil."""
    return {
        "id": "il_1",
        "object": "line_item",
        "amount": amount,
        "currency": "eur",
        "description": "1 \u00d7 Pro (at \u20ac10.00 / month)",
        "discount_amounts": [],
        "metadata": {},
        "plan": {"id": "price_1", "object": "plan", "product": "prod_1"},
        "price": {"id": "price_1", "object": "price", "product": "prod_1", "metadata": {}},
        "proration": False,
        "quantity": 1,
        "subscription": "sub_1",
        "tax_amounts": [],
        "type": "subscription",
        **fields,
    }


def new_line(amount: int = 1000, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the same line as it is since basil."""
    return {
        "id": "il_1",
        "object": "line_item",
        "amount": amount,
        "currency": "eur",
        "description": "1 \u00d7 Pro (at \u20ac10.00 / month)",
        "discount_amounts": [],
        "metadata": {},
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
        "quantity": 1,
        "quantity_decimal": "1",
        "subtotal": amount,
        "taxes": [],
        **fields,
    }


def old_invoice(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a paid renewal of 11.90 EUR, 1.90 of it tax, as it was before basil."""
    return {
        "id": "in_1",
        "object": "invoice",
        "amount_paid": 1190,
        "attempt_count": 1,
        "billing_reason": "subscription_cycle",
        "charge": "ch_1",
        "currency": "eur",
        "customer": "cus_1",
        "customer_email": "jane@example.com",
        "discount": None,
        "discounts": [],
        "lines": {"object": "list", "data": [old_line()], "has_more": False, "total_count": 1},
        "metadata": {},
        "paid": True,
        "paid_out_of_band": False,
        "payment_intent": "pi_1",
        "shipping_cost": None,
        "status": "paid",
        "status_transitions": {"paid_at": SECONDS - 60},
        "subscription": "sub_1",
        "subscription_details": {"metadata": {"ga_client_id": "1.2"}},
        "tax": 190,
        "total": 1190,
        "total_tax_amounts": [{"amount": 190, "inclusive": False, "tax_rate": "txr_1"}],
        **fields,
    }


def new_invoice(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the same invoice as it is since basil."""
    return {
        "id": "in_1",
        "object": "invoice",
        "amount_overpaid": 0,
        "amount_paid": 1190,
        "attempt_count": 1,
        "billing_reason": "subscription_cycle",
        "currency": "eur",
        "customer": "cus_1",
        "customer_account": None,
        "customer_email": "jane@example.com",
        "discounts": [],
        "lines": {"object": "list", "data": [new_line()], "has_more": False},
        "metadata": {},
        "parent": {
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {
                "metadata": {"ga_client_id": "1.2"},
                "subscription": "sub_1",
            },
        },
        "shipping_cost": None,
        "status": "paid",
        "status_transitions": {"paid_at": SECONDS - 60},
        "total": 1190,
        "total_taxes": [{"amount": 190, "tax_behavior": "exclusive"}],
        **fields,
    }


def snapshot(values: Json) -> tuple[Json, Json]:
    """Return the fields that hold a subscription's metadata, in the old shape and the new."""
    details = {"metadata": values, "subscription": "sub_1"}
    return (
        {"subscription_details": {"metadata": values}},
        {"parent": {"type": "subscription_details", "subscription_details": details}},
    )


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of 5.00 EUR that succeeded a minute ago."""
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "charge": "ch_1",
        "created": SECONDS - 60,
        "currency": "eur",
        "metadata": {},
        "payment_intent": "pi_1",
        "reason": "requested_by_customer",
        "status": "succeeded",
        **fields,
    }


def subscription(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a subscription on trial."""
    return {
        "id": "sub_1",
        "object": "subscription",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "customer": "cus_1",
        "ended_at": None,
        "metadata": {"ga_client_id": "1.2", "ga_session_id": str(SECONDS - 1800)},
        "status": "trialing",
        "trial_end": SECONDS + 86_400,
        "trial_start": SECONDS - 10,
        **fields,
    }


def dispute(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a dispute of 27.60 EUR."""
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 2760,
        "charge": "ch_1",
        "currency": "eur",
        "payment_intent": "pi_1",
        "reason": "fraudulent",
        "status": "needs_response",
        **fields,
    }


def charge(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a captured charge of 20.00 USD that no payment intent made."""
    return {
        "id": "ch_9",
        "object": "charge",
        "amount": 2000,
        "amount_captured": 2000,
        "captured": True,
        "currency": "usd",
        "customer": "cus_1",
        "invoice": None,
        "metadata": {},
        "paid": True,
        "payment_intent": None,
        "status": "succeeded",
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


def invoice_payment(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the payment of an invoice by a payment intent."""
    return {
        "id": "inpay_1",
        "object": "invoice_payment",
        "amount_paid": 1190,
        "invoice": "in_1",
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
        "status": "paid",
        **fields,
    }
