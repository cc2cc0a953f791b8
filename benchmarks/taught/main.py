"""The webhook as public tutorials teach it: `stripe` to verify, `requests` to send to GA4."""

import os
from typing import Any

import functions_framework
import requests
import stripe


@functions_framework.http
def payment_webhook(request: Any) -> tuple[str, int]:  # noqa: ANN401 - Flask's
    """Send a purchase for a completed checkout."""
    try:
        event = stripe.Webhook.construct_event(
            request.get_data(),
            request.headers.get("Stripe-Signature"),
            os.environ["STRIPE_WEBHOOK_SECRET"],
        )
    except (ValueError, stripe.SignatureVerificationError):
        return "bad signature", 400
    if event.type == "checkout.session.completed":
        session = event.data.object
        metadata = session.metadata
        answer = requests.post(
            f"{os.environ['GA4_ENDPOINT']}/mp/collect",
            params={
                "measurement_id": os.environ["GA4_MEASUREMENT_ID"],
                "api_secret": os.environ["GA4_API_SECRET"],
            },
            json={
                "client_id": metadata["ga_client_id"],
                "events": [
                    {
                        "name": "purchase",
                        "params": {
                            "transaction_id": metadata["order_id"],
                            "currency": session.currency.upper(),
                            "value": session.amount_total / 100,
                            "session_id": metadata["ga_session_id"],
                            "engagement_time_msec": 1,
                        },
                    }
                ],
            },
            timeout=5,
        )
        answer.raise_for_status()
    return "ok", 200
