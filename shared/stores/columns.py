"""The names both stores keep an entry's parts under."""

from typing import Final

OVERWRITTEN: Final = (
    "transaction_id",
    "currency",
    "value",
    "occurred_at",
    "source",
    "attribution",
    "consent_analytics",
    "consent_ad_user_data",
    "consent_ad_personalization",
    "context_source",
    "late_hours",
    "state",
    "reason",
    "attempt",
    "sending",
    "updated_at",
    "expires_at",
)
"""What a claim overwrites, and a release brings back."""
