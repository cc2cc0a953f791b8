"""The only importers of google.cloud."""
