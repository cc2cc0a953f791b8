"""PayPal: from the bytes it signed to conversions."""
