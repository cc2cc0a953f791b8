"""`connectors reconcile` with a provider: `stripe`, `shopify`, `paddle` and so on."""
