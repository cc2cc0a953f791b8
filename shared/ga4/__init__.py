"""GA4's rules: limits, recommended events, validation of payloads, and the Measurement Protocol."""
