"""The ledger against Stripe's own record of its events."""
