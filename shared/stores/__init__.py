"""What must be remembered: the ledger, orders, contexts."""
