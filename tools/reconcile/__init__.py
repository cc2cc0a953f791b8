"""`connectors reconcile`: the ledger against what somebody else knows."""
