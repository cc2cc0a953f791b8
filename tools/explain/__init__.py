"""`connectors explain`: everything that is known of one id, in words."""
