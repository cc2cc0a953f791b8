"""`connectors demo`: a shop's day of signed webhooks, and whether GA4's books balance."""
