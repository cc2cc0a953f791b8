"""`connectors reconcile stripe`, `shopify` and `paddle`."""
