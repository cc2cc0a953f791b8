"""The ledger against GA4's own export to BigQuery."""
