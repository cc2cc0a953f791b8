"""`connectors ledger`: what the ledger says, and replaying what it kept."""
