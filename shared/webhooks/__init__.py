"""Signed deliveries: how senders sign, and how a signature is verified."""
