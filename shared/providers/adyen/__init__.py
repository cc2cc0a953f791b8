"""Adyen: from items it signed to conversions."""
