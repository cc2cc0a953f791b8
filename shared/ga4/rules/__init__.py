"""GA4's rules, one noun a file; `shared.ga4.validation` holds a body against all of them."""
