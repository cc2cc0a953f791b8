"""Stripe: from the bytes it signed to conversions."""

from shared.providers.stripe.events import parse
from shared.providers.stripe.invoice import metadata_of
from shared.providers.stripe.mapping import MEANINGS, map_event
from shared.providers.stripe.options import StripeOptions
from shared.providers.transaction_ids import DEFAULT_KEYS

__all__ = ["DEFAULT_KEYS", "MEANINGS", "StripeOptions", "map_event", "metadata_of", "parse"]
