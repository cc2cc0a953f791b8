"""Chargebee: from the bytes of an authenticated delivery to conversions."""
