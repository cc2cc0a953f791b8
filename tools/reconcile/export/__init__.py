"""`connectors reconcile export`."""
