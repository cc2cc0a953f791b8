"""A Checkout Session in payment mode."""

from collections.abc import Mapping

import stripe


def create_checkout_session(
    client: stripe.StripeClient, context: Mapping[str, str], order_id: str, price: str
) -> stripe.checkout.Session:
    """Open a Checkout Session for an order.

    The session's event is the money, so its metadata is what counts. The payment's own metadata
    goes to PaymentIntent and Charge, and keeps their events attributed, should you take those.
    """
    metadata = {"order_id": order_id, **context}
    return client.v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": "https://shop.example.com/thanks",
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
        }
    )
