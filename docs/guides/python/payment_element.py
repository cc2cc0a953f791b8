"""A PaymentIntent for the Payment Element (option `payment_intents` of PAYMENT_PROVIDERS)."""

from collections.abc import Mapping

import stripe


def create_payment_intent(
    client: stripe.StripeClient, order_id: str, amount: int, currency: str
) -> stripe.PaymentIntent:
    """Make the intent that the page mounts the Payment Element with."""
    return client.v1.payment_intents.create(
        params={
            "amount": amount,
            "currency": currency,
            "automatic_payment_methods": {"enabled": True},
            "metadata": {"order_id": order_id},
        }
    )


def carry_context(
    client: stripe.StripeClient, intent_id: str, context: Mapping[str, str]
) -> stripe.PaymentIntent:
    """Write the context into the intent when the buyer submits, before the page confirms it.

    The intent is older than that: consent or session may have changed since. Other keys of the
    metadata stay as they are.
    """
    return client.v1.payment_intents.update(intent_id, params={"metadata": dict(context)})
