"""What the ways to GA4 share."""
