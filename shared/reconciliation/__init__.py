"""The ledger against a payment provider's own record."""
