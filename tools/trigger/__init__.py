"""Realistic deliveries by name, signed and posted: `connectors trigger` and the local page."""
