"""Traffic to try the functions with: what providers and a shop send, signed as they sign it."""
