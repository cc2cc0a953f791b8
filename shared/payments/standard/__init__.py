"""Any sender of Standard Webhooks whose bodies are billing events."""

from shared.payments.standard.events import parse
from shared.payments.standard.mapping import convert
from shared.payments.standard.options import StandardOptions, scheme

__all__ = ["StandardOptions", "convert", "parse", "scheme"]
