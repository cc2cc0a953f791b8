"""The ledger against what somebody else recorded: the payment provider, and GA4 itself."""
