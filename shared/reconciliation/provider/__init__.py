"""The ledger against a provider's own record of its payments."""
