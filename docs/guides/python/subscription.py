"""A subscription, by Checkout or by the API, and what changes later."""

import time
from collections.abc import Mapping

import stripe


def create_subscription_session(
    client: stripe.StripeClient, context: Mapping[str, str], price: str
) -> stripe.checkout.Session:
    """Open a Checkout Session for a subscription.

    The money is the invoices', and each invoice repeats the *subscription's* metadata: that is
    what counts. The session's own lets its event say the same, should it come first.
    `payment_intent_data` is refused in this mode.
    """
    return client.v1.checkout.sessions.create(
        params={
            "mode": "subscription",
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": "https://shop.example.com/thanks",
            "metadata": dict(context),
            "subscription_data": {"metadata": dict(context)},
        }
    )


def create_subscription(
    client: stripe.StripeClient, context: Mapping[str, str], customer: str, price: str
) -> stripe.Subscription:
    """Make a subscription without Checkout: the invoice has no metadata to be given here."""
    return client.v1.subscriptions.create(
        params={
            "customer": customer,
            "items": [{"price": price}],
            "payment_behavior": "default_incomplete",
            "metadata": dict(context),
        }
    )


def withdraw_consent(client: stripe.StripeClient, subscription_id: str) -> stripe.Subscription:
    """Note that the person no longer allows measuring; the next invoice repeats it."""
    return client.v1.subscriptions.update(
        subscription_id,
        params={
            "metadata": {
                "ga_consent_analytics": "denied",
                "ga_captured_at": str(int(time.time())),
            }
        },
    )
