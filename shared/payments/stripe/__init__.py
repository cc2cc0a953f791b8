"""Stripe: from the bytes it signed to conversions."""

from shared.payments.stripe.events import parse
from shared.payments.stripe.mapping import convert
from shared.payments.stripe.options import DEFAULT_KEYS, StripeOptions

__all__ = ["DEFAULT_KEYS", "StripeOptions", "convert", "parse"]
