"""A subscription as Stripe's objects: the session it began in, and itself."""

from tools.shop.session_frame import session_frame
from tools.shop.shape import Shape
from tools.shop.stripe_event import JsonObject
from tools.shop.subscription import PERIOD_SECONDS, Subscription


def subscription_session(subscription: Subscription) -> JsonObject:
    """The Checkout session in subscription mode; its money is the first invoice's."""
    first = subscription.invoice(0)
    return {
        **session_frame(
            subscription.session,
            created=subscription.started_at,
            currency=subscription.plan.currency,
            customer=subscription.customer,
            email=subscription.email,
        ),
        "metadata": subscription.session_metadata,
        "mode": "subscription",
        "payment_status": "paid" if first.total else "no_payment_required",
        "amount_subtotal": first.shown_subtotal,
        "amount_total": first.total,
        "discounts": [],
        "invoice": first.id,
        "payment_intent": None,
        "shipping_cost": None,
        "subscription": subscription.id,
        "total_details": {
            "amount_discount": first.shown_discount,
            "amount_shipping": 0,
            "amount_tax": first.tax,
        },
    }


def subscription_object(subscription: Subscription, *, number: int = 0) -> JsonObject:
    """The subscription in one of its periods.

    Args:
        subscription: The subscription.
        number: Which period, from 0.
    """
    start = subscription.invoice(number).paid_at
    period = {"current_period_start": start, "current_period_end": start + PERIOD_SECONDS}
    before_basil = subscription.shape is Shape.BEFORE_BASIL
    is_trial = subscription.has_trial and number == 0
    trial_end = subscription.started_at + PERIOD_SECONDS
    return {
        "id": subscription.id,
        "object": "subscription",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "created": subscription.started_at,
        "currency": subscription.plan.currency.code.lower(),
        "customer": subscription.customer,
        "items": {
            "object": "list",
            "data": [
                {
                    "id": f"si_{subscription.key[:14]}",
                    "object": "subscription_item",
                    "quantity": subscription.plan.items[0][1],
                    **({} if before_basil else period),
                }
            ],
        },
        "latest_invoice": subscription.invoice(number).id,
        "livemode": False,
        "metadata": subscription.metadata,
        "status": "trialing" if is_trial else "active",
        "trial_end": trial_end if subscription.has_trial else None,
        "trial_start": subscription.started_at if subscription.has_trial else None,
        **(period if before_basil else {}),
    }
