"""Stripe: from the bytes it signed to conversions."""

from shared.payments.stripe.events import parse
from shared.payments.stripe.mapping import MEANINGS, convert
from shared.payments.stripe.options import StripeOptions
from shared.payments.transaction_ids import DEFAULT_KEYS

__all__ = ["DEFAULT_KEYS", "MEANINGS", "StripeOptions", "convert", "parse"]
