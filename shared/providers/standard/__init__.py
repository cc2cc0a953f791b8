"""Any sender of Standard Webhooks whose bodies are billing events."""

from shared.providers.standard.events import parse
from shared.providers.standard.mapping import map_event
from shared.providers.standard.options import StandardOptions, scheme

__all__ = ["StandardOptions", "map_event", "parse", "scheme"]
