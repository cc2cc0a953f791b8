"""The whole story, from a trigger's bytes to a settled event."""

from shared.pipeline.connectors import PAYMENT_WEBHOOK, Connectors

__all__ = ["PAYMENT_WEBHOOK", "Connectors"]
