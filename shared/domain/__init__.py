"""The domain of conversions, pure: what every other part knows and that knows none of them."""
