"""Any sender of Standard Webhooks whose bodies are billing events."""

from shared.providers.standard.events import metadata_of, parse
from shared.providers.standard.mapping import map_event
from shared.providers.standard.options import StandardOptions, scheme

__all__ = ["StandardOptions", "map_event", "metadata_of", "parse", "scheme"]
