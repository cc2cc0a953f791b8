"""`connectors validate`: GA4 payloads held against GA4's rules, offline."""
