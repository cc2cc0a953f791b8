"""`connectors reconcile stripe`."""
