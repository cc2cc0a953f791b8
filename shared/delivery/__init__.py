"""From a domain event to a settled ledger entry."""
