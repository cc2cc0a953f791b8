"""GA4's rules: limits, recommended events, validation of payloads, hashing of user data."""
