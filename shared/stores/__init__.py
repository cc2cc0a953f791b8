"""What must be remembered: the ledger."""
