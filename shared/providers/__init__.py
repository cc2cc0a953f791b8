"""From a payment provider's signed bytes to conversions: pure."""
