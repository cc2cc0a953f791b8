"""`connectors ledger`: what the ledger says, and telling again what it kept."""
