"""Mollie: its signed events, and its classic webhooks that name a payment by its id."""
