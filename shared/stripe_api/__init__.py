"""Stripe's API, read where an event does not carry all of its money or its items."""

from shared.stripe_api.client import StripeApi
from shared.stripe_api.complete import complete

__all__ = ["StripeApi", "complete"]
